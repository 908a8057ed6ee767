#include "library.hpp"

#include <arrow/api.h>
#include <arrow/c/bridge.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using file_pointer = std::shared_ptr<arrow::io::RandomAccessFile>;
using reader_pointer = std::shared_ptr<arrow::RecordBatchReader>;

struct opened {
    reader_pointer batches;
    std::int64_t rows = -1;
};

/// Hands batches on only where they are what they say: ends inside their bytes, indices inside their dictionaries.
class validated : public arrow::RecordBatchReader {
  public:
    explicit validated(reader_pointer batches) : batches_(std::move(batches)) {}

    std::shared_ptr<arrow::Schema> schema() const override { return batches_->schema(); }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
        ARROW_RETURN_NOT_OK(batches_->ReadNext(batch));
        return *batch == nullptr ? arrow::Status::OK() : (*batch)->ValidateFull();
    }

  private:
    reader_pointer batches_;
};

/// The batches of a file of Arrow's, one after another.
class ipc_batches : public arrow::RecordBatchReader {
  public:
    explicit ipc_batches(std::shared_ptr<arrow::ipc::RecordBatchFileReader> file) : file_(std::move(file)) {}

    std::shared_ptr<arrow::Schema> schema() const override { return file_->schema(); }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
        if (next_ == file_->num_record_batches()) {
            batch->reset();
            return arrow::Status::OK();
        }
        return file_->ReadRecordBatch(next_++).Value(batch);
    }

  private:
    std::shared_ptr<arrow::ipc::RecordBatchFileReader> file_;
    int next_ = 0;
};

/// Batches of a Parquet file, which refer to their reader.
class parquet_batches : public arrow::RecordBatchReader {
  public:
    parquet_batches(std::unique_ptr<parquet::arrow::FileReader> file, std::unique_ptr<arrow::RecordBatchReader> batches)
        : file_(std::move(file)), batches_(std::move(batches)) {}

    std::shared_ptr<arrow::Schema> schema() const override { return batches_->schema(); }
    arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override { return batches_->ReadNext(batch); }

  private:
    std::unique_ptr<parquet::arrow::FileReader> file_;
    std::unique_ptr<arrow::RecordBatchReader> batches_;
};

arrow::Result<opened> open_ipc(const file_pointer& file) {
    ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(file));
    ARROW_ASSIGN_OR_RAISE(const auto rows, reader->CountRows());
    return opened{std::make_shared<ipc_batches>(std::move(reader)), rows};
}

arrow::Result<opened> open_parquet(const file_pointer& file) {
    ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
    const auto rows = reader->parquet_reader()->metadata()->num_rows();
    ARROW_ASSIGN_OR_RAISE(auto batches, reader->GetRecordBatchReader());
    return opened{std::make_shared<parquet_batches>(std::move(reader), std::move(batches)), rows};
}

arrow::Result<opened> open(const std::string& path) {
    ARROW_ASSIGN_OR_RAISE(const file_pointer file, arrow::io::ReadableFile::Open(path));
    ARROW_ASSIGN_OR_RAISE(const auto begin, file->ReadAt(0, 6));
    const std::string_view magic(*begin);
    if (magic.starts_with("ARROW1")) return open_ipc(file);
    if (magic.starts_with("FEA1"))
        return arrow::Status::Invalid(
            "it is of Feather's first version, which Arrow gave up; write it anew as the second");
    if (magic.starts_with("PAR1")) return open_parquet(file);
    return arrow::Status::Invalid("it begins neither as a Feather nor as a Parquet file");
}

void copy_text(std::string_view reason, char* message, std::size_t size) {
    if (size == 0) return;
    const auto length = std::min(size - 1, reason.size());
    std::memcpy(message, reason.data(), length);
    message[length] = '\0';
}

}  // namespace

int cortexpr_arrow_interface_version() { return cortexpr::arrow_tables::interface_version; }

int cortexpr_arrow_open(const char* path, ArrowArrayStream* stream, std::int64_t* rows, char* message,
                        std::size_t size) {
    try {
        auto table = open(path);
        auto status = table.status();
        if (status.ok()) {
            *rows = table->rows;
            status = arrow::ExportRecordBatchReader(std::make_shared<validated>(table->batches), stream);
        }
        if (status.ok()) return 0;
        copy_text(status.message(), message, size);
    } catch (const std::exception& problem) {  // Parquet's own
        copy_text(problem.what(), message, size);
    }
    return 1;
}
