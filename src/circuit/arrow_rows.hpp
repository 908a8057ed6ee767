#pragma once
// Rows of Feather and Parquet files, which libcortexpr_arrow.so opens.

#include "row_reader.hpp"

#include "../arrow_tables/stream.hpp"

namespace cortexpr::circuit {

/// Columns of whole numbers, floats, text and truth values, and of numbers in a dictionary of these; nulls are empty
/// cells. A float has a point or an exponent, so that no id goes unnoticed that went through floating point. Others are
/// refused where they are wanted. Rows count from 0.
class arrow_rows : public row_reader {
  public:
    /// Reads the names and types of the columns.
    explicit arrow_rows(const std::filesystem::path& path);

    bool next() override;
    double share_read() const override;

  private:
    enum class kind : std::uint8_t {
        nothing,
        boolean,
        int8,
        int16,
        int32,
        int64,
        uint8,
        uint16,
        uint32,
        uint64,
        float32,
        float64,
        text,
        large_text,
        other
    };
    struct wanted_column {
        std::size_t index = 0;
        kind values = kind::other;
        kind numbers = kind::nothing;  ///< in a dictionary of the values
        std::vector<char> digits{};    ///< of this row's number
    };

    /// One of Arrow's structs, which releases what it holds.
    template <class Struct>
    struct owned : Struct {
        owned() : Struct{} {}
        owned(const owned&) = delete;
        owned& operator=(const owned&) = delete;
        ~owned() { reset(); }
        void reset() {
            if (this->release != nullptr) this->release(this);
            static_cast<Struct&>(*this) = {};
        }
    };

    static kind kind_of(std::string_view format);
    static std::string_view text_of(kind is, const ArrowArray& array, std::int64_t element, std::vector<char>& digits);

    void want(std::size_t column) override;
    [[noreturn]] void refuse_missing(const std::string& name, std::span<const std::string> needed) const override;
    [[noreturn]] void refuse(std::string_view reason) const;
    bool next_batch();

    owned<ArrowArrayStream> stream_;
    owned<ArrowSchema> schema_;
    owned<ArrowArray> batch_;
    std::int64_t rows_ = -1, in_batch_ = 0;
    std::vector<wanted_column> wanted_;
};

}  // namespace cortexpr::circuit
