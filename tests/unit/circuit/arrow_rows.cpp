// Synapses and cells in Feather and Parquet files, which Arrow's own library writes here.

#include "circuits.hpp"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/writer.h>

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

using column = std::pair<std::string, std::shared_ptr<arrow::Array>>;

void require_ok(const arrow::Status& status) {
    INFO(status.ToString());
    REQUIRE(status.ok());
}

/// Elements of the builder's type; nothing is null.
template <class Builder, class Value>
std::shared_ptr<arrow::Array> array(const std::vector<std::optional<Value>>& values) {
    Builder builder;
    for (const auto& value : values) require_ok(value ? builder.Append(*value) : builder.AppendNull());
    return builder.Finish().ValueOrDie();
}
template <class Builder>
std::shared_ptr<arrow::Array> numbers(std::initializer_list<std::optional<double>> values) {
    std::vector<std::optional<typename Builder::value_type>> all;
    for (const auto& value : values)
        all.push_back(value ? std::optional(static_cast<typename Builder::value_type>(*value)) : std::nullopt);
    return array<Builder>(all);
}
std::shared_ptr<arrow::Array> ids(std::initializer_list<std::optional<std::int64_t>> values) {
    return array<arrow::Int64Builder, std::int64_t>(values);
}
template <class Builder = arrow::StringBuilder>
std::shared_ptr<arrow::Array> texts(std::initializer_list<std::optional<std::string>> values) {
    return array<Builder, std::string>(values);
}

std::shared_ptr<arrow::Table> table(const std::vector<column>& columns) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    std::vector<std::shared_ptr<arrow::Array>> arrays;
    for (const auto& [name, values] : columns) {
        fields.push_back(arrow::field(name, values->type()));
        arrays.push_back(values);
    }
    return arrow::Table::Make(arrow::schema(fields), arrays);
}

enum class format : std::uint8_t { feather, compressed_feather, small_batches, parquet };

void write(const std::filesystem::path& file, const std::vector<column>& columns, format as = format::feather) {
    const auto content = table(columns);
    const auto out = arrow::io::FileOutputStream::Open(file.string()).ValueOrDie();
    if (as == format::parquet) {
        require_ok(parquet::arrow::WriteTable(*content, arrow::default_memory_pool(), out, 2));
    } else {
        auto how = arrow::ipc::IpcWriteOptions::Defaults();
        if (as == format::compressed_feather)
            how.codec = arrow::util::Codec::Create(arrow::Compression::LZ4_FRAME).ValueOrDie();
        const auto writer = arrow::ipc::MakeFileWriter(out, content->schema(), how).ValueOrDie();
        require_ok(writer->WriteTable(*content, as == format::small_batches ? 2 : 1000));
        require_ok(writer->Close());
    }
    require_ok(out->Close());
}

std::vector<column> synapses() {
    return {
        {"other", texts({"a", "b", std::nullopt, "d", "e"})},
        {"pre", ids({720575940600000001, 720575940600000001, 2, -3, 4})},
        {"post", ids({720575940600000000, 2, 720575940600000001, 4, 4})},
        {"weight", numbers<arrow::DoubleBuilder>({1, 2.5, 0.125, -4, 1e-30})},
    };
}

}  // namespace

TEST_CASE("Feather and Parquet files give what the same table as CSV gives", "[circuit]") {
    written expected(
        "pre,post,weight\n720575940600000001,720575940600000000,1\n720575940600000001,2,2.5\n"
        "2,720575940600000001,0.125\n-3,4,-4\n4,4,1e-30\n");
    const auto graph = expected.load();
    for (const auto& [name, as] :
         std::initializer_list<std::pair<std::string, format>>{{"s.feather", format::feather},
                                                               {"s.arrow", format::small_batches},
                                                               {"s.feather", format::compressed_feather},
                                                               {"s.parquet", format::parquet}}) {
        INFO(name << " " << static_cast<int>(as));
        written other("", {}, name);
        write(other.how.synapses, synapses(), as);
        CHECK(are_equal(other.load(), graph));
        CHECK(other.found.rows == 5);
    }
}

TEST_CASE("columns of any kind of number, text and dictionaries are read", "[circuit]") {
    written plain("pre,post,weight\n1,2,3\n3,1,0\n");
    const auto expected = plain.load();
    const auto read = [](std::shared_ptr<arrow::Array> pre, std::shared_ptr<arrow::Array> weight) {
        written file("", {}, "s.feather");
        write(file.how.synapses, {{"pre", std::move(pre)}, {"post", ids({2, 1})}, {"weight", std::move(weight)}});
        return file.load();
    };
    for (const auto& pre :
         {numbers<arrow::Int8Builder>({1, 3}), numbers<arrow::Int16Builder>({1, 3}),
          numbers<arrow::Int32Builder>({1, 3}), numbers<arrow::UInt8Builder>({1, 3}),
          numbers<arrow::UInt16Builder>({1, 3}), numbers<arrow::UInt32Builder>({1, 3}),
          numbers<arrow::UInt64Builder>({1, 3}), texts({"1", "3"}), texts<arrow::LargeStringBuilder>({"1", "3"})})
        CHECK(are_equal(read(pre, ids({3, 0})), expected));
    for (const auto& weight : {numbers<arrow::FloatBuilder>({3, 0}), numbers<arrow::DoubleBuilder>({3, 0}),
                               numbers<arrow::UInt64Builder>({3, 0}), texts({"3", "0"})})
        CHECK(are_equal(read(ids({1, 3}), weight), expected));

    written dictionary("", {}, "s.feather");
    const auto kinds = arrow::DictionaryArray::FromArrays(numbers<arrow::Int8Builder>({1, 0, 1, std::nullopt}),
                                                          texts({"electrical", "chemical"}))
                           .ValueOrDie();
    write(dictionary.how.synapses,
          {{"pre", ids({1, 9, 3, 9})}, {"post", ids({2, 9, 1, 9})}, {"n", ids({3, 9, 0, 9})}, {"kind", kinds}});
    dictionary.how.columns = {.weight = "n", .kind = "kind", .kind_is = "chemical"};
    CHECK(are_equal(dictionary.load(), expected));
    CHECK(dictionary.found.rows_of_other_kind == 2);
}

TEST_CASE("cells may be in such a file, too; a null is an empty cell", "[circuit]") {
    written file("pre,post,weight\n1,2,3\n2,3,4\n");
    file.how.cells = file / "c.parquet";
    write(file.how.cells, {{"id", ids({1, 2, 3})}, {"type", texts({"L1", std::nullopt, "Mi1"})}}, format::parquet);
    const auto graph = file.load();
    CHECK(graph.neurons.type_names == strings{"L1", "Mi1", "unannotated"});
    CHECK(graph.neurons.types == integers{0, 2, 1});
}

TEST_CASE("what doesn't fit in such a file is refused by row and column", "[circuit]") {
    const auto refusal = [](std::vector<column> columns) {
        written file("", {}, "s.feather");
        write(file.how.synapses, columns);
        return file.refusal({}, "s.feather");
    };
    const auto two = ids({1, 2});
    CHECK(contains(refusal({{"pre", numbers<arrow::DoubleBuilder>({1, 7.2e17})}, {"post", two}, {"weight", two}}),
                   "row 0, column 'pre'"));
    CHECK(contains(refusal({{"pre", two}, {"post", two}, {"weight", numbers<arrow::DoubleBuilder>({1, std::nullopt})}}),
                   "row 1, column 'weight': '' is no number that could be a weight"));
    CHECK(contains(refusal({{"pre", two}, {"post", two}, {"weight", numbers<arrow::FloatBuilder>({1, NAN})}}),
                   "row 1, column 'weight': the weight nan is no finite number"));
    CHECK(contains(refusal({{"pre", two}, {"post", two}, {"weight", texts<arrow::BinaryBuilder>({"1", "2"})}}),
                   "its column 'weight' holds neither numbers nor text (Arrow's type z)"));
    CHECK(contains(refusal({{"from", two}, {"post", two}, {"weight", two}}),
                   "has no column 'pre'; it has 'from', 'post', 'weight'"));
    CHECK(contains(refusal({{"pre", two}, {"pre", two}, {"post", two}, {"weight", two}}), "has two columns 'pre'"));
}

TEST_CASE("an empty table and a broken file are refused", "[circuit]") {
    for (const auto as : {format::feather, format::compressed_feather, format::parquet}) {
        written file("", {}, "s.feather");
        write(file.how.synapses, {{"pre", ids({})}, {"post", ids({})}, {"weight", ids({})}}, as);
        CHECK(file.refusal({}, "s.feather") == "holds no synapses");
        write(file.how.synapses, synapses(), as);
        auto bytes = contents(file.how.synapses);
        put(file.how.synapses, std::string_view(bytes).substr(0, bytes.size() / 2));
        CHECK(contains(file.refusal({}, "s.feather"), "can't be read as a table"));
        // Whatever a flipped bit does, it ends with a graph or a sentence.
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
            put(file.how.synapses, bytes);
            try {
                file.load();
            } catch (const file_error&) {}
            bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        }
    }
    CHECK(contains(written("pre,post\n1,2\n", {}, "s.feather").refusal({}, "s.feather"),
                   "begins neither as a Feather nor as a Parquet file"));
    CHECK(contains(written("FEA1....", {}, "s.feather").refusal({}, "s.feather"), "first version"));
}
