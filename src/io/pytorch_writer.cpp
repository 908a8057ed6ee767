#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/pytorch.hpp>

#include "dtype.hpp"
#include "input_file.hpp"
#include "little_endian.hpp"
#include "pytorch_storages.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

namespace {

std::string_view storage_name(const tensor_record& tensor) {
    const auto* found = std::ranges::find(storage_types, tensor.type, &storage_type::type);
    if (found == storage_types.end())
        throw usage_error(fmt::format("tensor {} has elements {}, which are not written for PyTorch",
                                      shown_name(tensor.name), name_of(tensor.type)));
    return found->name;
}

/// Instructions of a pickle of protocol 2, which every PyTorch reads. Values stay on the machine's stack.
class pickle_text {
  public:
    pickle_text() : text_("\x80\x02") {}

    void code(std::string_view instructions) { text_ += instructions; }
    void name(std::string_view module, std::string_view name) { text_ += fmt::format("c{}\n{}\n", module, name); }
    void string(std::string_view value) {
        text_ += 'X' + little_endian(static_cast<std::uint32_t>(value.size())) + std::string(value);
    }
    void number(std::uint64_t value) { text_ += "\x8a\x08" + little_endian(value); }
    void tuple(std::span<const std::int64_t> values) {
        text_ += '(';
        for (const auto value : values) number(static_cast<std::uint64_t>(value));
        text_ += 't';
    }
    std::string finish() && { return std::move(text_) + '.'; }

  private:
    std::string text_;
};

std::vector<std::int64_t> row_major_strides(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;)
        strides[axis - 1] = strides[axis] * std::max<std::int64_t>(shape[axis], 1);
    return strides;
}

/// OrderedDict of _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks).
std::string pickled(std::span<const tensor_record> tensors) {
    pickle_text text;
    text.name("collections", "OrderedDict");
    text.code(")R(");
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto& tensor = tensors[i];
        text.string(tensor.name);
        text.name("torch._utils", "_rebuild_tensor_v2");
        text.code("((");
        text.string("storage");
        text.name("torch", storage_name(tensor));
        text.string(std::to_string(i));
        text.string("cpu");
        text.number(tensor.bytes.size() / size_of(tensor.type));
        text.code("tQ");
        text.number(0);
        text.tuple(tensor.shape);
        text.tuple(row_major_strides(tensor.shape));
        text.code("\x89");
        text.name("collections", "OrderedDict");
        text.code(")RtR");
    }
    text.code("u");
    return std::move(text).finish();
}

/// A zip archive in memory, of members that lie in it as they are.
class memory_archive {
  public:
    memory_archive() {
        ::zip_error_init(&error_);
        source_ = ::zip_source_buffer_create(nullptr, 0, 0, &error_);
        archive_ = source_ == nullptr ? nullptr : ::zip_open_from_source(source_, ZIP_TRUNCATE, &error_);
        if (archive_ == nullptr) {
            ::zip_source_free(source_);
            const std::string reason = ::zip_error_strerror(&error_);
            ::zip_error_fini(&error_);
            throw error(fmt::format("no archive can be made ({})", reason));
        }
        ::zip_source_keep(source_);  // beyond the archive's end
    }
    memory_archive(const memory_archive&) = delete;
    memory_archive& operator=(const memory_archive&) = delete;
    ~memory_archive() {
        if (archive_ != nullptr) ::zip_discard(archive_);
        ::zip_source_free(source_);
        ::zip_error_fini(&error_);
    }

    /// The bytes must stay until finish().
    void add(const std::string& name, std::span<const std::byte> bytes) {
        auto* member = ::zip_source_buffer(archive_, bytes.data(), bytes.size(), 0);
        const auto index = member == nullptr ? -1 : ::zip_file_add(archive_, name.c_str(), member, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            ::zip_source_free(member);  // the archive has it only where it was added
            fail();
        }
        const auto entry = static_cast<zip_uint64_t>(index);
        constexpr zip_uint16_t first_of_january_1980 = 1U << 5U | 1U;  // the earliest that a zip archive can say
        if (::zip_set_file_compression(archive_, entry, ZIP_CM_STORE, 0) != 0 ||
            ::zip_file_set_dostime(archive_, entry, 0, first_of_january_1980, 0) != 0)
            fail();
    }
    void add(const std::string& name, std::string_view text) { add(name, std::as_bytes(std::span(text))); }

    std::string finish() {
        if (::zip_close(archive_) != 0) fail();
        archive_ = nullptr;
        zip_stat_t status;
        ::zip_stat_init(&status);
        std::string bytes;
        if (::zip_source_open(source_) == 0 && ::zip_source_stat(source_, &status) == 0) {
            bytes.resize(status.size);
            if (::zip_source_read(source_, bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
                bytes.clear();
            ::zip_source_close(source_);
        }
        if (bytes.empty()) throw error("an archive can't be read back from memory");
        return bytes;
    }

  private:
    [[noreturn]] void fail() const {
        throw error(fmt::format("no archive can be made ({})", ::zip_strerror(archive_)));
    }

    zip_error_t error_{};
    zip_source_t* source_ = nullptr;
    zip_t* archive_ = nullptr;
};

}  // namespace

void write_pytorch(const std::filesystem::path& file, std::span<const tensor_record> tensors) {
    require_sound(tensors);
    const auto pickle = pickled(tensors);
    memory_archive archive;
    archive.add("archive/data.pkl", pickle);
    archive.add("archive/byteorder", std::string_view("little"));
    for (std::size_t i = 0; i < tensors.size(); ++i) archive.add(fmt::format("archive/data/{}", i), tensors[i].bytes);
    archive.add("archive/version", std::string_view("3\n"));
    write_file(file, archive.finish());
}

}  // namespace cortexpr::io
