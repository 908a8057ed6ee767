#include "settings_entries.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"

#include <cortexpr/error.hpp>

// In a debug build the reader stops the program at some texts that it refuses otherwise.
#define TOML_ASSERT(condition) static_cast<void>(0)

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::application {

void refuse_line(const std::filesystem::path& file, int line, const std::string& what) {
    throw file_error(file.string(), fmt::format("line {}: {}", line, what));
}

namespace {

// Beyond these a file is no one's settings. A tree of TOML takes up to 200 bytes for a value, whose text may be two.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 20U;
constexpr int most_values = 30'000, most_points = 64;

/// Goes over TOML before the parser does, and refuses what would exhaust memory or stack (each part of a key is a table
/// within another). And letters where toml++ 3.3 looks for a space, since it has no defined answer for many of them:
/// TOML has them only in texts and remarks.
class toml_guard {
  public:
    toml_guard(const std::filesystem::path& file, std::string_view text) : file_(file), text_(text) {}

    void check() {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (text_.starts_with(mark)) place_ = mark.size();
        while (place_ < text_.size()) {
            const char symbol = text_[place_];
            if (symbol == '#')
                place_ = std::min(text_.find('\n', place_), text_.size());
            else if (symbol == '"' || symbol == '\'')
                skip_quoted(symbol);
            else
                count(symbol);
            if (!is_space(symbol) || symbol == '\n') before_ = symbol;
        }
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const { refuse_line(file_, line_, what); }
    bool is_at(std::string_view part) const { return text_.substr(place_, part.size()) == part; }
    static bool is_ascii(char symbol) { return static_cast<unsigned char>(symbol) < 0x80; }
    static bool is_space(char symbol) { return symbol == ' ' || symbol == '\t' || symbol == '\r' || symbol == '\n'; }

    /// Whether what came last lets a text or a bracket begin: within a word, the parser would take them for its
    /// letters.
    bool is_after(std::string_view any_of) const { return any_of.find(before_) != std::string_view::npos; }

    /// Follows brackets, and where a key has its '='.
    void follow(char symbol) {
        const bool opens = symbol == '[' || symbol == '{';
        if (opens && !is_after("\n=[,")) refuse("has a bracket within a word");
        const bool is_in_list = !open_.empty() && open_.back() == '[';
        if (symbol == '=' && (has_equals_ || is_in_list)) refuse("has '=' within a value");
        has_equals_ =
            symbol == '=' || (has_equals_ && symbol != ',' && symbol != '{' && (symbol != '\n' || !open_.empty()));
        if (opens) open_.push_back(symbol);
        if ((symbol == ']' || symbol == '}') && !open_.empty()) open_.pop_back();
    }

    void count(char symbol) {
        if (!is_ascii(symbol)) refuse("has a letter that isn't ASCII outside quotes");
        if (symbol < ' ' && !is_space(symbol)) refuse("has a control character");
        follow(symbol);
        const bool is_next = symbol == ',' || symbol == '\n' || symbol == '[' || symbol == '{';
        points_ = is_next ? 0 : points_ + static_cast<int>(symbol == '.');
        values_ += static_cast<int>(is_next || symbol == '.');
        if (points_ > most_points) refuse(fmt::format("has a key of more than {} parts", most_points));
        if (values_ > most_values) refuse("is where this file has more values than settings take");
        line_ += static_cast<int>(symbol == '\n');
        ++place_;
    }

    /// To the end of a text, or to where the parser finds that it has none.
    void skip_quoted(char quote) {
        if (!is_after("\n=[,{.")) refuse("has a quote within a word");
        const bool is_after_point = before_ == '.';  // of a key, or of a number, which has no quotes
        const std::string three(3, quote);
        const bool is_long = is_at(three);
        bool is_after_backslash = false;  // but for spaces
        place_ += is_long ? 3 : 1;
        for (; place_ < text_.size(); ++place_) {
            const char symbol = text_[place_];
            if (symbol == quote && (!is_long || is_at(three))) {
                place_ += is_long ? 3 : 1;
                for (int more = 0; is_long && more < 2 && is_at(three.substr(2)); ++more) ++place_;
                return;
            }
            if (symbol == '\n' && !is_long) return;
            if (is_after_point && !is_ascii(symbol)) refuse("has a letter that isn't ASCII in a key");
            if (is_after_backslash && !is_ascii(symbol))
                refuse("has a letter that isn't ASCII after a backslash; write it as \\u00E9");
            line_ += static_cast<int>(symbol == '\n');
            is_after_backslash = is_after_backslash && is_space(symbol);
            if (symbol != '\\' || quote != '"') continue;
            is_after_backslash =
                place_ + 1 == text_.size() || is_space(text_[place_ + 1]) || !is_ascii(text_[place_ + 1]);
            if (!is_after_backslash) ++place_;
        }
    }

    const std::filesystem::path& file_;
    std::string_view text_;
    std::size_t place_ = 0;
    char before_ = '\n';       ///< the last that is no space
    std::string open_{};       ///< brackets
    bool has_equals_ = false;  ///< since the key began
    int line_ = 1, points_ = 0, values_ = 0;
};

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

nlohmann::json value_of(const std::filesystem::path& file, const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* is_so = node.as_boolean()) return is_so->get();
    if (const auto* list = node.as_array()) {
        auto values = nlohmann::json::array();
        for (const auto& one : *list) values.push_back(value_of(file, one));
        return values;
    }
    if (const auto* table = node.as_table(); table != nullptr && table->is_inline()) {
        auto values = nlohmann::json::object();
        for (const auto& [key, one] : *table) values[std::string(key.str())] = value_of(file, one);
        return values;
    }
    refuse_line(file, line_of(node), "dates and tables within tables are no settings");
}

}  // namespace

std::vector<file_entry> entries_in(const std::filesystem::path& file, const std::string& text) {
    std::vector<file_entry> entries;
    const auto add = [&](const std::string& table, const toml::key& key, const toml::node& node) {
        entries.push_back(
            {table, std::string(key.str()), value_of(file, node), static_cast<int>(key.source().begin.line)});
    };
    try {
        toml_guard(file, text).check();
        const auto content = toml::parse(text);
        for (const auto& [key, node] : content) {
            const auto* table = node.as_table();
            if (table == nullptr || table->is_inline()) {
                add("", key, node);
            } else {
                for (const auto& [inner, value] : *table) add(std::string(key.str()), inner, value);
            }
        }
    } catch (const toml::parse_error& problem) {
        std::string what(problem.description());
        if (what.find("not representable in 64 bits") != std::string::npos)
            what += ", of which one is TOML's sign; write it in quotes";
        refuse_line(file, static_cast<int>(problem.source().begin.line), what);
    }
    std::ranges::sort(entries, {}, &file_entry::line);
    return entries;
}

namespace {

std::vector<file_entry> json_entries(const std::filesystem::path& file, const std::string& text) {
    // The parser reports a key when it has just read it: the place in the stream is the key's.
    std::istringstream stream(text);
    std::vector<std::pair<std::string, int>> keys;  // with their lines, of the top and of the tables there
    const auto line_here = [&] {
        const std::streamoff read = stream.tellg();  // -1 at the end
        const auto end = read < 0 ? text.end() : text.begin() + read;
        return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
    };
    io::json_key_check repeated;
    int line_of_repeated = 0;
    std::vector<file_entry> entries;
    try {
        const auto content = nlohmann::ordered_json::parse(stream, [&](int depth, auto event, const auto& value) {
            if (event == nlohmann::ordered_json::parse_event_t::key && depth <= 2)
                keys.emplace_back(value.template get<std::string>(), line_here());
            repeated(depth, event, value);
            if (line_of_repeated == 0 && !repeated.fault().empty()) line_of_repeated = line_here();
            return true;
        });
        if (line_of_repeated > 0) refuse_line(file, line_of_repeated, repeated.fault());
        if (!content.is_object()) refuse_line(file, 1, "settings are the members of one object");
        auto next = keys.begin();
        for (const auto& [key, value] : content.items()) {
            const int line = (next++)->second;
            if (!value.is_object()) {
                entries.push_back({"", key, value, line});
                continue;
            }
            for (const auto& [inner, of_inner] : value.items())
                entries.push_back({key, inner, of_inner, (next++)->second});
        }
    } catch (const nlohmann::json::exception&) {
        refuse_line(file, line_here(), "is not JSON from here on");
    }
    return entries;
}

}  // namespace

std::vector<file_entry> read_entries(const std::filesystem::path& file) {
    io::input_file input(file);
    if (input.size() > most_bytes) input.refuse("is too large for a file of settings");
    const auto text = input.text();
    if (ending_of(file) != ".json") return entries_in(file, text);
    if (const auto fault = io::json_beyond(text); !fault.empty()) input.refuse(fault);
    return json_entries(file, text);
}

}  // namespace cortexpr::application
