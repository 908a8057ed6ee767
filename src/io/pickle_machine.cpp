#include "pickle_machine.hpp"

#include "dtype.hpp"
#include "input_file.hpp"
#include "pytorch_storages.hpp"
#include "safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace cortexpr::io {

namespace {

/// What a name of a module's stands for.
enum class meaning : std::uint8_t {
    dictionary,
    size,
    device,
    rebuild,
    rebuild_typed,
    rebuild_sparse,
    layout,
    parameter,
    storage,
    element
};

struct known_name {
    std::string_view module, name;
    meaning means{};
    dtype type = dtype::u8;  ///< of storages and elements
};

constexpr std::array other_names{
    known_name{"collections", "OrderedDict", meaning::dictionary},
    known_name{"torch", "Size", meaning::size},
    known_name{"torch", "device", meaning::device},
    known_name{"torch._utils", "_rebuild_tensor_v2", meaning::rebuild},
    known_name{"torch._utils", "_rebuild_tensor_v3", meaning::rebuild_typed},
    known_name{"torch._utils", "_rebuild_sparse_tensor", meaning::rebuild_sparse},
    known_name{"torch.serialization", "_get_layout", meaning::layout},
    known_name{"torch._utils", "_rebuild_parameter", meaning::parameter},
    known_name{"torch.storage", "UntypedStorage", meaning::storage, dtype::u8},
    known_name{"torch", "float32", meaning::element, dtype::f32},
    known_name{"torch", "float64", meaning::element, dtype::f64},
    known_name{"torch", "float16", meaning::element, dtype::f16},
    known_name{"torch", "bfloat16", meaning::element, dtype::bf16},
    known_name{"torch", "float8_e4m3fn", meaning::element, dtype::f8_e4m3},
    known_name{"torch", "float8_e5m2", meaning::element, dtype::f8_e5m2},
    known_name{"torch", "int64", meaning::element, dtype::i64},
    known_name{"torch", "int32", meaning::element, dtype::i32},
    known_name{"torch", "uint16", meaning::element, dtype::u16},
    known_name{"torch", "uint32", meaning::element, dtype::u32},
    known_name{"torch", "uint64", meaning::element, dtype::u64},
};

/// The names above, and those of all storage types.
constexpr auto known_names = [] {
    std::array<known_name, other_names.size() + storage_types.size()> all{};
    auto* next = std::ranges::copy(other_names, all.begin()).out;
    for (const auto& [type, name] : storage_types) *next++ = {"torch", name, meaning::storage, type};
    return all;
}();

struct pickled_storage {
    std::string_view key;
    std::uint64_t bytes = 0;
    dtype type = dtype::u8;
};

/// How PyTorch stores a sparse tensor of a layout, and what the parts are called.
struct sparse_layout {
    std::string_view name;
    std::span<const std::string_view> parts;
};
constexpr std::array coo_parts{std::string_view("indices"), std::string_view("values")};
constexpr std::array csr_parts{std::string_view("crow_indices"), std::string_view("col_indices"),
                               std::string_view("values")};
constexpr std::array sparse_layouts{sparse_layout{"torch.sparse_coo", coo_parts},
                                    sparse_layout{"torch.sparse_csr", csr_parts}};

class machine {
  public:
    machine(std::string_view pickle, std::string_view wanted) : rest_(pickle), wanted_(wanted) {}

    pickled_values run() {
        while (step()) {}
        if (!rest_.empty()) fail(fmt::format("has {} surplus bytes after the end of its pickle", rest_.size()));
        built_.root = pop();
        if (!stack_.empty() || !marks_.empty()) fail("ends with values that belong to nothing");
        return std::move(built_);
    }

  private:
    using kind = pickled_kind;
    using value = pickled_value;

    [[noreturn]] static void fail(const std::string& reason) { throw std::invalid_argument(reason); }
    [[noreturn]] static void fail_malformed() { fail("holds no sound pickle"); }

    // --- bytes -------------------------------------------------------------------------------------------------------

    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) fail("is cut short within its pickle");
        const auto bytes = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return bytes;
    }

    /// A whole number without a sign, little-endian.
    std::uint64_t take_number(std::size_t width) {
        std::uint64_t number = 0;
        const auto bytes = take(width);
        for (std::size_t i = width; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
        return number;
    }

    std::string_view take_line() {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) fail("is cut short within its pickle");
        const auto line = take(end);
        take(1);
        return line;
    }

    // --- stack -------------------------------------------------------------------------------------------------------

    /// Each value takes memory, also one that is written in two bytes.
    void count() {
        if (++values_ > most_pickled_values)
            fail(fmt::format("holds more than {} values; save {} alone", most_pickled_values, wanted_));
    }

    void push(kind is, std::int64_t number = 0) {
        count();
        stack_.push_back({is, number});
    }

    value pop() {
        if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail_malformed();
        const auto top = stack_.back();
        stack_.pop_back();
        return top;
    }

    value top() {
        const auto found = pop();
        stack_.push_back(found);
        return found;
    }

    std::vector<value> pop_to_mark() {
        if (marks_.empty()) fail_malformed();
        const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
        std::vector<value> values(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        marks_.pop_back();
        return values;
    }

    void push_sequence(std::vector<value> values) {
        push(kind::sequence, static_cast<std::int64_t>(sequences_.size()));
        sequences_.push_back(std::move(values));
    }

    void push_tuple(std::size_t count) {
        std::vector<value> values(count);
        for (std::size_t i = count; i-- > 0;) values[i] = pop();
        push_sequence(std::move(values));
    }

    void push_text(std::string_view text) {
        push(kind::text, static_cast<std::int64_t>(built_.texts.size()));
        built_.texts.push_back(text);
    }

    void push_whole(std::string_view bytes) {
        if (bytes.size() > 8) return push(kind::other);  // no size of a tensor
        std::uint64_t number = 0;
        for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
        const auto unused = 64U - 8U * static_cast<unsigned>(bytes.size());
        // Shifted up and down again, a negative number fills the bits above it with its sign.
        push(kind::whole, bytes.empty() ? 0 : static_cast<std::int64_t>(number << unused) >> unused);
    }

    void remember(std::uint64_t index) {
        if (index >= most_pickled_values) fail_malformed();
        if (index >= memo_.size()) memo_.resize(index + 1, {kind::other, -1});
        memo_[index] = top();
    }

    void recall(std::uint64_t index) {
        if (index >= memo_.size() || (memo_[index].is == kind::other && memo_[index].number < 0)) fail_malformed();
        push(memo_[index].is, memo_[index].number);
    }

    // --- tables ------------------------------------------------------------------------------------------------------

    template <class Table>
    auto& at(Table& table, const value& index, kind expected) const {
        if (index.is != expected) fail_malformed();
        return table[static_cast<std::size_t>(index.number)];
    }
    std::string_view text(const value& index) const { return at(built_.texts, index, kind::text); }
    const std::vector<value>& sequence(const value& index) const { return at(sequences_, index, kind::sequence); }
    const known_name& known(const value& index) const { return at(known_names, index, kind::known); }

    std::int64_t whole(const value& number) const {
        if (number.is != kind::whole) fail_malformed();
        return number.number;
    }

    std::vector<std::int64_t> sizes(const value& index) {
        const auto& given = sequence(index);
        if (given.size() > largest_rank)
            fail(fmt::format("has a tensor of {} axes, {} are allowed", given.size(), largest_rank));
        std::vector<std::int64_t> all;
        for (const auto& one : given) {
            count();
            all.push_back(whole(one));
            if (all.back() < 0) fail("has a tensor with a negative size or stride");
        }
        return all;
    }

    // --- instructions ------------------------------------------------------------------------------------------------

    void push_name(std::string_view module, std::string_view name) {
        const auto* found = std::ranges::find_if(
            known_names, [&](const known_name& one) { return one.module == module && one.name == name; });
        if (found == known_names.end())
            fail(
                fmt::format("asks for {}, which no file of weights needs, so it is not read and nothing of it was run; "
                            "save {} alone",
                            shown_name(fmt::format("{}.{}", module, name)), wanted_));
        push(kind::known, found - known_names.begin());
    }

    void push_storage() {
        const auto& parts = sequence(pop());
        if (parts.size() < 5 || text(parts[0]) != "storage") fail_malformed();
        const auto& name = known(parts[1]);
        const auto elements = whole(parts[4]);
        const auto bytes = byte_count(name.type, std::array{elements});
        if (name.means != meaning::storage || !bytes) fail_malformed();
        push(kind::storage, static_cast<std::int64_t>(storages_.size()));
        storages_.push_back({text(parts[2]), *bytes, name.type});
    }

    void push_tensor(const std::vector<value>& arguments, bool is_typed) {
        if (arguments.size() < (is_typed ? 7U : 6U)) fail_malformed();
        const auto& storage = at(storages_, arguments[0], kind::storage);
        pickled_tensor tensor{.name = {},
                              .type = storage.type,
                              .storage = storage.key,
                              .storage_bytes = storage.bytes,
                              .offset = whole(arguments[1]),
                              .shape = sizes(arguments[2]),
                              .stride = sizes(arguments[3])};
        if (is_typed) {
            if (known(arguments[6]).means != meaning::element) fail_malformed();
            tensor.type = known(arguments[6]).type;
        }
        if (tensor.offset < 0 || tensor.shape.size() != tensor.stride.size()) fail_malformed();
        push(kind::tensor, static_cast<std::int64_t>(built_.tensors.size()));
        built_.tensors.push_back(std::move(tensor));
    }

    void push_sparse(const std::vector<value>& arguments) {
        if (arguments.size() < 2) fail_malformed();
        const auto layout = text(arguments[0]);
        const auto* found = std::ranges::find(sparse_layouts, layout, &sparse_layout::name);
        if (found == sparse_layouts.end())
            fail(fmt::format("has a sparse tensor of the layout {}; {} and {} are read", shown_name(layout),
                             sparse_layouts[0].name, sparse_layouts[1].name));
        const auto& given = sequence(arguments[1]);
        const auto count = found->parts.size();
        if (given.size() <= count) fail_malformed();
        pickled_sparse whole{.names = found->parts, .parts = {}};
        for (const auto& part : std::span(given).first(count)) {
            at(built_.tensors, part, kind::tensor);
            whole.parts.push_back(static_cast<std::size_t>(part.number));
        }
        built_.tensors[whole.parts.front()].matrix = sizes(given[count]);
        push(kind::sparse, static_cast<std::int64_t>(built_.sparse.size()));
        built_.sparse.push_back(std::move(whole));
    }

    void push_mapping() {
        push(kind::mapping, static_cast<std::int64_t>(built_.mappings.size()));
        built_.mappings.emplace_back();
    }

    void call() {
        const auto& arguments = sequence(pop());
        switch (known(pop()).means) {
            case meaning::dictionary:
                push_mapping();
                if (!arguments.empty())
                    for (const auto& pair : sequence(arguments[0])) {
                        if (sequence(pair).size() != 2) fail_malformed();
                        add(built_.mappings.back(), sequence(pair)[0], sequence(pair)[1]);
                    }
                return;
            case meaning::size:
                if (arguments.size() != 1) fail_malformed();
                sequence(arguments[0]);
                return push(kind::sequence, arguments[0].number);
            case meaning::device:
                return push(kind::other);
            case meaning::rebuild:
                return push_tensor(arguments, false);
            case meaning::rebuild_typed:
                return push_tensor(arguments, true);
            case meaning::rebuild_sparse:
                return push_sparse(arguments);
            case meaning::layout:
                if (arguments.size() != 1) fail_malformed();
                text(arguments[0]);
                return push(kind::text, arguments[0].number);
            case meaning::parameter:
                if (arguments.empty() || (arguments[0].is != kind::tensor && arguments[0].is != kind::sparse))
                    fail_malformed();
                return push(arguments[0].is, arguments[0].number);
            default:
                fail_malformed();
        }
    }

    void add(pickled_entries& mapping, const value& key, const value& item) {
        count();
        mapping.emplace_back(key, item);
    }

    void set_items(const std::vector<value>& items) {
        auto& mapping = at(built_.mappings, top(), kind::mapping);
        if (items.size() % 2 != 0) fail_malformed();
        for (std::size_t i = 0; i < items.size(); i += 2) add(mapping, items[i], items[i + 1]);
    }

    void append(const std::vector<value>& items) {
        auto& list = at(sequences_, top(), kind::sequence);
        for (const auto& item : items) {
            count();
            list.push_back(item);
        }
    }

    /// Attributes of a dictionary, such as _metadata of a state dict, say nothing of its tensors.
    void build() {
        pop();
        if (top().is != kind::mapping) fail_malformed();
    }

    // Each runs an instruction of one kind; false if the code is of another.

    /// Those that begin a pickle or a part of it.
    bool run_frame(unsigned char code) {
        switch (code) {
            case 0x80: {  // PROTO
                const auto protocol = take_number(1);
                if (protocol < 2 || protocol > 5)
                    fail(fmt::format("has a pickle of protocol {}; 2 to 5 are read", protocol));
                return true;
            }
            case 0x95:  // FRAME
                take(8);
                return true;
            default:
                return false;
        }
    }

    /// Those of the stack and the memo.
    bool run_stack(unsigned char code) {
        switch (code) {
            case '(':  // MARK
                count();
                marks_.push_back(stack_.size());
                return true;
            case '0':  // POP
                pop();
                return true;
            case '1':  // POP_MARK
                pop_to_mark();
                return true;
            case 'q':  // BINPUT
                remember(take_number(1));
                return true;
            case 'r':  // LONG_BINPUT
                remember(take_number(4));
                return true;
            case 0x94:  // MEMOIZE
                remember(memo_.size());
                return true;
            case 'h':  // BINGET
                recall(take_number(1));
                return true;
            case 'j':  // LONG_BINGET
                recall(take_number(4));
                return true;
            default:
                return false;
        }
    }

    /// Those that push a number, or none.
    bool run_number(unsigned char code) {
        switch (code) {
            case 'N':  // NONE
                push(kind::none);
                return true;
            case 0x88:  // NEWTRUE
            case 0x89:  // NEWFALSE
                push(kind::whole, code == 0x88 ? 1 : 0);
                return true;
            case 'J':  // BININT
                push_whole(take(4));
                return true;
            case 'K':  // BININT1
                push(kind::whole, static_cast<std::int64_t>(take_number(1)));
                return true;
            case 'M':  // BININT2
                push(kind::whole, static_cast<std::int64_t>(take_number(2)));
                return true;
            case 0x8A:  // LONG1
                push_whole(take(take_number(1)));
                return true;
            case 0x8B:  // LONG4
                push_whole(take(take_number(4)));
                return true;
            case 'G':  // BINFLOAT
                take(8);
                push(kind::other);
                return true;
            default:
                return false;
        }
    }

    /// Those that push a text.
    bool run_text(unsigned char code) {
        switch (code) {
            case 'X':  // BINUNICODE
                push_text(take(take_number(4)));
                return true;
            case 0x8C:  // SHORT_BINUNICODE
                push_text(take(take_number(1)));
                return true;
            case 0x8D:  // BINUNICODE8
                push_text(take(take_number(8)));
                return true;
            default:
                return false;
        }
    }

    /// Those of tuples and lists.
    bool run_sequence(unsigned char code) {
        switch (code) {
            case ')':  // EMPTY_TUPLE
            case ']':  // EMPTY_LIST
                push_sequence({});
                return true;
            case 't':  // TUPLE
                push_sequence(pop_to_mark());
                return true;
            case 0x85:  // TUPLE1 to TUPLE3
            case 0x86:
            case 0x87:
                push_tuple(code - 0x84U);
                return true;
            case 'a':  // APPEND
                append({pop()});
                return true;
            case 'e':  // APPENDS
                append(pop_to_mark());
                return true;
            default:
                return false;
        }
    }

    /// Those of dictionaries.
    bool run_mapping(unsigned char code) {
        switch (code) {
            case '}':  // EMPTY_DICT
                push_mapping();
                return true;
            case 's': {  // SETITEM
                const auto item = pop(), key = pop();
                set_items({key, item});
                return true;
            }
            case 'u':  // SETITEMS
                set_items(pop_to_mark());
                return true;
            default:
                return false;
        }
    }

    /// Those of what a pickle names and calls.
    bool run_object(unsigned char code) {
        switch (code) {
            case 'c': {  // GLOBAL
                const auto module = take_line();
                push_name(module, take_line());
                return true;
            }
            case 0x93: {  // STACK_GLOBAL
                const auto name = text(pop());
                push_name(text(pop()), name);
                return true;
            }
            case 'Q':  // BINPERSID
                push_storage();
                return true;
            case 'R':  // REDUCE
                call();
                return true;
            case 'b':  // BUILD
                build();
                return true;
            default:
                return false;
        }
    }

    /// One instruction; false for the last, STOP.
    bool step() {
        const auto code = static_cast<unsigned char>(take(1).front());
        if (code == '.') return false;
        const bool is_run = run_frame(code) || run_stack(code) || run_number(code) || run_text(code) ||
                            run_sequence(code) || run_mapping(code) || run_object(code);
        if (!is_run)
            fail(
                fmt::format("has the pickle instruction 0x{:02X}, which no file of weights needs, so it is not read "
                            "and nothing of it was run; save {} alone",
                            code, wanted_));
        return true;
    }

    std::string_view rest_, wanted_;
    std::size_t values_ = 0;
    std::vector<value> stack_, memo_;
    std::vector<std::size_t> marks_;            ///< heights of the stack
    std::deque<std::vector<value>> sequences_;  ///< references to one stay good while there come more
    std::vector<pickled_storage> storages_;
    pickled_values built_;
};

}  // namespace

pickled_values run_pickle(std::string_view pickle, std::string_view wanted) { return machine(pickle, wanted).run(); }

}  // namespace cortexpr::io
