#include <cortexpr/io/pytorch.hpp>

#include "dtype.hpp"
#include "input_file.hpp"
#include "other_format.hpp"
#include "pickle.hpp"
#include "tensor_file_builder.hpp"
#include "zip_archive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::io {

static_assert(std::endian::native == std::endian::little, "PyTorch's storages are read as they are");

namespace {

constexpr std::string_view pickle_name = "data.pkl", kind = "a file of PyTorch's";
constexpr std::uint64_t alignment = 64;  // of storages in memory

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// "model/" of an archive whose members are model/data.pkl, model/data/0, ...; nothing where it is not PyTorch's.
std::optional<std::string> folder_in(const zip_archive& archive) {
    for (const auto& name : archive.members()) {
        const auto end = name.size() - std::min(name.size(), pickle_name.size());
        if (name.ends_with(pickle_name) && end > 0 && name.find('/') == end - 1) return name.substr(0, end);
    }
    return std::nullopt;
}

class pytorch_reader {
  public:
    pytorch_reader(const std::filesystem::path& path, std::string_view wanted) : archive_(path, kind), wanted_(wanted) {
        const auto folder = folder_in(archive_);
        if (!folder) refuse("is a zip archive, but none of PyTorch's: it has no data.pkl");
        folder_ = *folder;
    }

    tensor_file read() {
        if (archive_.has(folder_ + "constants.pkl"))
            refuse(fmt::format("is a TorchScript program; save {} alone", wanted_));
        require_byte_order();
        const auto pickle = read_pickle();
        std::vector<pickled_tensor> tensors;
        try {
            tensors = read_state_dict(pickle, wanted_);
        } catch (const std::invalid_argument& fault) {
            refuse(fault.what());
        }
        const auto bytes = lay_out(tensors);
        tensor_file_builder result(bytes);
        for (const auto& [key, range] : storages_)
            read_storage(key, result.payload().subspan(range.begin, range.bytes));
        std::uint64_t copied = copies_begin_;
        metadata_map sizes;
        for (auto& tensor : tensors) {
            auto begin = begin_of(tensor) + static_cast<std::uint64_t>(tensor.offset) * size_of(tensor.type);
            if (!is_contiguous(tensor)) {
                begin = copied;
                copied = aligned(copied + copy(tensor, result.payload(), copied));
            }
            if (!tensor.matrix.empty())
                sizes.emplace(tensor.name.substr(0, tensor.name.rfind('.') + 1) + "size",
                              fmt::format("{}", fmt::join(tensor.matrix, ",")));
            result.add(std::move(tensor.name), tensor.type, std::move(tensor.shape), begin);
        }
        return std::move(result).finish(true, std::move(sizes));
    }

  private:
    struct byte_range {
        std::uint64_t begin = 0, bytes = 0;
    };

    [[noreturn]] void refuse(const std::string& reason) const { throw file_error(archive_.path(), reason); }

    zip_member member(const std::string& name) const {
        return {archive_, folder_ + name, [this, name](const std::string& reason) {
                    refuse(fmt::format("its part {} {}", shown_name(name), reason));
                }};
    }

    void require_byte_order() const {
        if (!archive_.has(folder_ + "byteorder")) return;
        auto order = member("byteorder");
        std::array<char, 6> text{};
        if (order.size() == text.size()) order.read(std::as_writable_bytes(std::span(text)));
        if (std::string_view(text.data(), text.size()) != "little")
            refuse("holds numbers in another byte order than little-endian; save it again on a usual machine");
    }

    std::string read_pickle() const {
        auto part = member(std::string(pickle_name));
        if (part.size() > largest_pickle)
            refuse(fmt::format("has a pickle of {} bytes, {} are read; save {} alone", part.size(), largest_pickle,
                               wanted_));
        std::string pickle(part.size(), '\0');
        part.read(std::as_writable_bytes(std::span(pickle)));
        part.require_end();
        return pickle;
    }

    static std::uint64_t bytes_of(const pickled_tensor& tensor) {
        return byte_count(tensor.type, tensor.shape).value_or(0);  // of none that lies within its storage
    }

    std::uint64_t begin_of(const pickled_tensor& tensor) const { return storages_.find(tensor.storage)->second.begin; }

    /// Whether the elements lie one behind another, row-major.
    static bool is_contiguous(const pickled_tensor& tensor) {
        std::int64_t expected = 1;
        for (std::size_t axis = tensor.shape.size(); axis-- > 0;) {
            if (tensor.shape[axis] != 1 && tensor.stride[axis] != expected) return bytes_of(tensor) == 0;
            expected *= tensor.shape[axis];
        }
        return true;
    }

    /// That a view lies within its storage.
    void require_within(const pickled_tensor& tensor) const {
        const auto size = byte_count(tensor.type, tensor.shape);
        std::int64_t last = tensor.offset;
        bool is_sound = size.has_value();
        for (std::size_t axis = 0; axis < tensor.shape.size() && is_sound; ++axis) {
            std::int64_t reach = 0;
            is_sound = *size == 0 || (!__builtin_mul_overflow(tensor.shape[axis] - 1, tensor.stride[axis], &reach) &&
                                      !__builtin_add_overflow(last, reach, &last));
        }
        const auto elements = tensor.storage_bytes / size_of(tensor.type);
        is_sound = is_sound && static_cast<std::uint64_t>(tensor.offset) <= elements &&
                   (*size == 0 || static_cast<std::uint64_t>(last) < elements);
        if (!is_sound)
            refuse(fmt::format("its tensor {} reaches beyond its storage of {} bytes", shown_name(tensor.name),
                               tensor.storage_bytes));
    }

    /// Gives every storage its range of the payload, and copies of what isn't contiguous the rest; returns the size of
    /// all.
    std::uint64_t lay_out(const std::vector<pickled_tensor>& tensors) {
        std::uint64_t end = 0, copied = 0;
        for (const auto& tensor : tensors) {
            require_within(tensor);
            const auto known = storages_.find(tensor.storage);
            if (known == storages_.end()) {
                const auto name = fmt::format("data/{}", tensor.storage);
                const auto part = member(name);
                if (part.size() != tensor.storage_bytes || !part.is_stored())
                    refuse(fmt::format("its part {} has {} bytes{}, {} were expected", shown_name(name), part.size(),
                                       part.is_stored() ? "" : " and is deflated", tensor.storage_bytes));
                storages_.emplace(tensor.storage, byte_range{end, part.size()});
                end = aligned(end + part.size());
                // Members that lie over one another would come to more.
                if (end > archive_.size() + alignment * storages_.size()) refuse("has storages that overlap");
            } else if (known->second.bytes != tensor.storage_bytes) {
                refuse(fmt::format("gives storage {} two sizes", shown_name(tensor.storage)));
            }
            if (!is_contiguous(tensor)) copied += aligned(bytes_of(tensor));
            constexpr std::uint64_t spare = std::uint64_t{1} << 20U;
            if (copied > archive_.size() + spare)
                refuse(fmt::format("repeats elements up to {} bytes, more than the file's {}; save contiguous tensors",
                                   copied, archive_.size()));
        }
        copies_begin_ = end;
        return end + copied;
    }

    void read_storage(const std::string& key, std::span<std::byte> out) const {
        auto part = member(fmt::format("data/{}", key));
        part.read(out);
        part.require_end();
    }

    /// Writes the elements of a view one behind another; gives their bytes.
    std::uint64_t copy(const pickled_tensor& tensor, std::span<std::byte> payload, std::uint64_t begin) const {
        const auto width = size_of(tensor.type);
        const auto* storage = payload.data() + begin_of(tensor);
        auto* out = payload.data() + begin;
        std::vector<std::int64_t> index(tensor.shape.size(), 0);
        std::int64_t element = tensor.offset;
        const auto bytes = bytes_of(tensor);
        for (std::uint64_t done = 0; done < bytes; done += width) {
            std::memcpy(out + done, storage + static_cast<std::uint64_t>(element) * width, width);
            for (std::size_t axis = index.size(); axis-- > 0;) {
                if (++index[axis] < tensor.shape[axis]) {
                    element += tensor.stride[axis];
                    break;
                }
                element -= tensor.stride[axis] * (tensor.shape[axis] - 1);
                index[axis] = 0;
            }
        }
        return bytes;
    }

    zip_archive archive_;
    std::string_view wanted_;
    std::string folder_;
    std::map<std::string, byte_range, std::less<>> storages_;
    std::uint64_t copies_begin_ = 0;
};

}  // namespace

bool is_pytorch_archive(const std::filesystem::path& file) { return folder_in(zip_archive(file, kind)).has_value(); }

tensor_file read_pytorch(const std::filesystem::path& file, std::string_view wanted) {
    refuse_old_pytorch(file);
    return pytorch_reader(file, wanted).read();
}

}  // namespace cortexpr::io
