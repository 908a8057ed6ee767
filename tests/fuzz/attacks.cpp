// Files made to harm, as they were published against other readers, and what the corpus holds: read or refused within
// 50 ms and the file's size + 8 MB of memory.

#include "readers.hpp"

#include "data/files.hpp"
#include "peak_memory.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <ctime>
#include <functional>

using namespace cortexpr::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

constexpr double longest = 0.05;                                   // seconds, beside
constexpr double longest_of_byte = 15e-9;                          // what JSON's parser takes on a slow machine
constexpr std::size_t most_memory = std::size_t{8} * 1000 * 1000;  // beyond the file's size

struct attack {
    std::string reader, what, bytes;
    bool is_refused = true;
};

std::string little(std::uint64_t number, int width) {
    std::string bytes;
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i));
    return bytes;
}

std::string safetensors(const std::string& header, const std::string& payload = {}) {
    return little(header.size(), 8) + header + payload;
}
std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets + "]}";
}

std::string zip(const std::map<std::string, std::string>& members, bool is_deflated = false) {
    const temp_folder folder;
    put_zip(folder / "x", members, is_deflated);
    return contents(folder / "x");
}

/// A number in the archive's central directory (the last one), changed.
std::string with_directory(std::string archive, std::size_t place, const std::string& bytes) {
    const auto directory = archive.rfind("PK\x01\x02");
    REQUIRE(directory != std::string::npos);
    return archive.replace(directory + place, bytes.size(), bytes);
}
std::string with_end(std::string archive, std::size_t place, const std::string& bytes) {
    const auto end = archive.rfind("PK\x05\x06");
    REQUIRE(end != std::string::npos);
    return archive.replace(end + place, bytes.size(), bytes);
}

/// An archive whose directory lists its one member several times, under names that differ in their first byte.
std::string overlapping(const std::string& archive, int times) {
    const auto begin = archive.rfind("PK\x01\x02"), end = archive.rfind("PK\x05\x06");
    REQUIRE((begin != std::string::npos && end != std::string::npos));
    auto entry = archive.substr(begin, end - begin);
    std::string directory;
    for (int i = 0; i < times; ++i) {
        entry[46] = static_cast<char>('0' + i);
        directory += entry;
    }
    const auto count = little(static_cast<std::uint64_t>(times), 2);
    return archive.substr(0, begin) + directory + "PK\x05\x06" + little(0, 4) + count + count +
           little(directory.size(), 4) + little(begin, 4) + little(0, 2);
}

std::string pickled(const std::string& program) {
    return zip({{"a/data.pkl", program}, {"a/data/0", "01234567"}, {"a/version", "3\n"}});
}

std::vector<attack> attacks() {
    std::vector<attack> all;
    const auto add = [&](std::string reader, std::string what, std::string bytes) {
        all.push_back({std::move(reader), std::move(what), std::move(bytes)});
    };
    const auto no = std::string();

    add("safetensors", "a header of 2^32 - 16 bytes", little(0xFFFFFFF0, 8) + "{}");
    add("safetensors", "a header of 2^64 - 1 bytes", little(~std::uint64_t{0}, 8) + "{}");
    add("safetensors", "a header of 100 MB that isn't there", little(100'000'000, 8) + "{}");
    add("safetensors", "a shape whose product overflows",
        safetensors("{" + entry("w", "F32", "4294967296,4294967296", "0,4") + "}", "0123"));
    add("safetensors", "a shape of 2^62 floats",
        safetensors("{" + entry("w", "F32", "4611686018427387904", "0,0") + "}"));
    add("safetensors", "a negative side", safetensors("{" + entry("w", "F32", "-1", "0,4") + "}", "0123"));
    add("safetensors", "negative offsets", safetensors("{" + entry("w", "F32", "1", "-4,0") + "}", "0123"));
    add("safetensors", "offsets the wrong way round", safetensors("{" + entry("w", "F32", "1", "4,0") + "}", "0123"));
    add("safetensors", "offsets that overlap",
        safetensors("{" + entry("v", "F32", "2", "0,8") + "," + entry("w", "F32", "2", "4,12") + "}", "0123456789ab"));
    add("safetensors", "a hole",
        safetensors("{" + entry("v", "F32", "1", "0,4") + "," + entry("w", "F32", "1", "8,12") + "}", "0123456789ab"));
    add("safetensors", "offsets beyond the end", safetensors("{" + entry("w", "F32", "2", "0,8") + "}", "0123"));
    add("safetensors", "bytes after the last", safetensors("{" + entry("w", "F32", "1", "0,4") + "}", "01234567"));
    add("safetensors", "a name twice",
        safetensors("{" + entry("w", "F32", "1", "0,4") + "," + entry("w", "F32", "1", "4,8") + "}", "01234567"));
    add("safetensors", "an unknown type",
        safetensors("{" + entry("w", "F128", "1", "0,16") + "}", std::string(16, '0')));
    add("safetensors", "names that are no UTF-8",
        safetensors("{" + entry("\xff\xfe", "F32", "1", "0,4") + "}", "0123"));
    add("safetensors", "brackets 100,000 deep", safetensors(std::string(100'000, '[')));
    add("safetensors", "objects 100,000 deep", safetensors([] {
            std::string text;
            for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
            return text;
        }()));
    add("safetensors", "metadata that is no text", safetensors("{\"__metadata__\":{\"a\":1}}"));
    add("safetensors", "a zip archive after it",
        safetensors("{" + entry("w", "F32", "1", "0,4") + "}", "0123") + zip({{"x", "y"}}));
    add("safetensors", "numbers beyond 64 bits",
        safetensors("{" + entry("w", "F32", "1", "0,99999999999999999999") + "}", "0123"));
    add("safetensors", "fractions", safetensors("{" + entry("w", "F32", "1.5", "0,6") + "}", "012345"));
    add("safetensors", "65 axes",
        safetensors("{" +
                        entry(
                            "w", "F32",
                            "1" +
                                [] {
                                    std::string ones;
                                    for (int i = 0; i < 64; ++i) ones += ",1";
                                    return ones;
                                }(),
                            "0,4") +
                        "}",
                    "0123"));
    add("safetensors", "nothing", no);

    for (const auto* reader : {"npy", "synapse_records"}) {
        add(reader, "65536 x 65536 in 80 bytes", npy("<f8", "(65536, 65536)", ""));
        add(reader, "a shape whose product overflows", npy("<f8", "(4294967296, 4294967296, 4294967296)", ""));
        add(reader, "a negative side", npy("<f8", "(-1,)", "01234567"));
        add(reader, "pickled objects",
            npy("|O", "(1,)",
                "\x80\x02"
                "cos\nsystem\n."));
        add(reader, "a header that is a program",
            "\x93NUMPY\x01\x00\x2e\x00{'descr': __import__('os').system('true'), }    \n"s);
        add(reader, "a header nested 10,000 deep", "\x93NUMPY\x01\x00"s + little(20'000, 2) + std::string(20'000, '('));
        add(reader, "a header of 4 GiB", "\x93NUMPY\x02\x00"s + little(0xFFFFFFF0, 4) + "{}");
        add(reader, "version 255", "\x93NUMPY\xff\xff"s + little(4, 4) + "{}  ");
        add(reader, "a side of 30 digits", npy("<f8", "(100000000000000000000000000000,)", "01234567"));
        add(reader, "elements of no width", npy("<f0", "(4294967296,)", ""));
        add(reader, "elements of 999 bytes", npy("<f999", "(1,)", ""));
    }
    const auto small = npy("<f4", "(1,)", "0123");
    for (const auto* reader : {"npz", "image_arrays"}) {
        add(reader, "65536 x 65536 in an archive",
            zip({{"x_test.npy", npy("|u1", "(65536, 65536)", "")}, {"y_test.npy", small}}));
        add(reader, "pickled objects", zip({{"x_test.npy", npy("|O", "(1,)", "12345678")}, {"y_test.npy", small}}));
        add(reader, "a size beyond deflate's best",
            with_directory(zip({{"x_test.npy", small}}, true), 24, little(0xFFFFFF00, 4)));
        add(reader, "a compressed size beyond the file",
            with_directory(zip({{"x_test.npy", small}}, true), 20, little(0x7FFFFFFF, 4)));
        add(reader, "a local header beyond the file",
            with_directory(zip({{"x_test.npy", small}}), 42, little(0x7FFFFFFF, 4)));
        add(reader, "65535 members that aren't there",
            with_end(zip({{"x_test.npy", small}}), 8, little(0xFFFFFFFF, 4)));
        add(reader, "fifty names for the same bytes",
            overlapping(zip({{"x.npy", npy("|u1", "(10000000,)", std::string(10'000'000, '\0'))}}, true), 50));
        add(reader, "a directory beyond the file", with_end(zip({{"x_test.npy", small}}), 16, little(0x7FFFFFFF, 4)));
        add(reader, "no archive", "PK\x03\x04");
    }
    // Ten megabytes of one byte, in ten kilobytes.
    add("pytorch", "a pickle that is a bomb", zip({{"a/data.pkl", "\x80\x02" + std::string(10'000'000, ']')}}, true));
    add("pytorch", "a storage that is a bomb",
        zip({{"a/data.pkl", "\x80\x02}."}, {"a/data/0", std::string(10'000'000, '\0')}}, true) + "x");
    add("pytorch", "os.system",
        pickled("\x80\x02"
                "cos\nsystem\nX\x04\0\0\0true\x85R."s));
    add("pytorch", "builtins.exec",
        pickled("\x80\x04\x8c\x08"
                "builtins\x8c\x04"
                "exec\x93."s));
    add("pytorch", "INST", pickled("\x80\x02(X\x04\0\0\0trueios\nsystem\n."s));
    add("pytorch", "a pickle of protocol 0", pickled("cos\nsystem\n(S'true'\ntR."));
    add("pytorch", "a text of 4 GiB", pickled("\x80\x02X\xf0\xff\xff\xff."s));
    add("pytorch", "a text of 2^64 bytes", pickled("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff."s));
    add("pytorch", "a memo's place 2^32 - 1", pickled("\x80\x02Nr\xff\xff\xff\xff."s));
    add("pytorch", "a number of 2 GiB", pickled("\x80\x02\x8b\xff\xff\xff\x7f."s));
    add("pytorch", "a million lists", pickled("\x80\x02" + std::string(1'000'000, ']') + "."));
    add("pytorch", "a list in itself", pickled("\x80\x02]q\0h\0a."s));
    add("pytorch", "billions of references", pickled([] {
            std::string text = "\x80\x02]q\0"s;
            for (int i = 0; i < 500'000; ++i) text += "h\0"s;
            return text + ".";
        }()));
    add("pytorch", "marks alone", pickled("\x80\x02" + std::string(1'000'000, '(') + "."));
    add("pytorch", "nothing", no);
    const auto tensor = [](std::string_view size, std::string_view stride) {
        return "\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(("
               "X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0"
               "0X\x03\0\0\0cpuK\x02tQK\0"s.append(size)
                   .append(stride) +
               "\x89}tRs.";
    };
    add("pytorch", "2^31 floats of a storage of two", pickled(tensor("J\xff\xff\xff\x7f\x85"s, "K\x01\x85")));
    add("pytorch", "2^31 floats that are one", pickled(tensor("J\xff\xff\xff\x7f\x85"s, "K\0\x85"s)));
    add("pytorch", "a negative stride", pickled(tensor("K\x02\x85", "J\xff\xff\xff\xff\x85"s)));

    const auto idx = [](std::uint32_t a, std::uint32_t b, std::uint32_t c, std::string_view elements) {
        return idx_file({a, b, c}, elements);
    };
    add("idx", "2^32 - 1 images", idx(0xFFFFFFFF, 28, 28, ""));
    add("idx", "sides whose product overflows", idx(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, ""));
    add("idx", "255 axes", "\0\0\x08\xff"s + std::string(100, '\xff'));
    add("idx", "a gzip stream that is a bomb", gzipped(idx(1, 2, 2, "abcd") + std::string(10'000'000, '\0')));
    add("idx", "a gzip stream cut short", gzipped(idx(100, 28, 28, std::string(78'400, 'x'))).substr(0, 60));
    add("idx", "a gzip stream with something behind it", gzipped(idx(1, 2, 2, "abcd")) + "more");
    add("idx_integers", "2^32 - 1 rows", "\0\0\x0c\x02\xff\xff\xff\xff\xff\xff\xff\xff"s);
    add("cifar", "half a record", std::string(1500, 'x'));
    add("description", "brackets 100,000 deep", std::string(100'000, '['));
    add("description", "areas 100,000 deep", [] {
        std::string text;
        for (int i = 0; i < 100'000; ++i) text += "{\"areas\":[";
        return text;
    }());
    add("description", "no UTF-8", "{\"name\":\"\xff\"}");
    add("description", "a number of 100,000 digits", "{\"name\":" + std::string(100'000, '9') + "}");
    add("description", "more bytes than any takes", std::string(5'000'000, ' '));
    // What takes most memory for its bytes, of every size that might be read.
    const auto repeated = [](std::string_view part, std::size_t bytes) {
        std::string text;
        while (text.size() < bytes) text += part;
        return text;
    };
    for (const std::size_t bytes : {400'000, 1'000'000, 2'000'000, 4'000'000}) {
        const auto size = fmt::format(", {} bytes", bytes);
        for (const auto* reader : {"description", "eye", "settings_json", "run"}) {
            add(reader, "empty lists" + size, "{\"areas\":[" + repeated("[],", bytes) + "[]]}");
            add(reader, "empty objects" + size, "[" + repeated("{},", bytes) + "{}]");
            add(reader, "empty texts" + size, "[" + repeated("\"\",", bytes) + "\"\"]");
            add(reader, "members without a name" + size, "[{" + repeated("\"\":0,", bytes) + "\"\":0}]");
            add(reader, "numbers" + size, "[" + repeated("0,", bytes) + "0]");
            add(reader, "one text" + size, "[\"" + std::string(bytes, 'x') + "\"]");
            add(reader, "one number" + size, "[" + std::string(bytes, '9') + "]");
            add(reader, "spaces and no end" + size, "[" + std::string(bytes, ' '));
            add(reader, "backslashes" + size, "[\"" + std::string(bytes, '\\'));
        }
        // A run's state is left to the reader of its log.
        for (const auto* part : {"0,", "[],", "{},", "\"\",", "[{}],"}) {
            const auto many = "[" + repeated(part, bytes) + "0]";
            const auto run = [](const std::string& state) { return "{\"version\":2,\"state\":" + state + "}"; };
            add("run", "a state of " + std::string(part) + size, run(many));
            add("run", "a log of " + std::string(part) + size, run("{\"intervals\":" + many + "}"));
            add("run", "a record of " + std::string(part) + size, run("{\"intervals\":[{\"epoch\":" + many + "}]}"));
        }
        for (const auto* part : {"0,", "[],", "{},", "'',"})
            add("settings", std::string(part) + size, "a = [" + repeated(part, bytes) + "]\n]");
        add("settings", "tables" + size, repeated("[a]\n", bytes));
        add("settings", "lines" + size, std::string(bytes, '\n') + "]");
        add("settings", "a key of as many parts" + size, "a" + repeated(".a", bytes) + " = 1");
        add("settings", "keys of many parts" + size, repeated("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1\n", bytes));
        add("settings", "one text" + size, "a = '" + std::string(bytes, 'x'));
        add("settings", "one number" + size, "a = " + std::string(bytes, '9'));
    }
    for (const auto* reader : {"eye", "settings_json", "settings"}) {
        add(reader, "brackets 100,000 deep", "{\"a\":" + std::string(100'000, '['));
        add(reader, "brackets 100,000 deep, and closed",
            "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
        add(reader, "no UTF-8", "{\"a\":\"\xff\"}");
    }
    add("settings", "a key that is U+FEDF", "\xEF\xBB\x9F");
    add("settings", "U+FEDF at the end of a line of a text", "a = \"\"\"b\\\n \xEF\xBB\x9F\"\"\"\nb");
    add("settings", "lists 100,000 deep", "a = " + std::string(100'000, '[') + std::string(100'000, ']'));
    add("settings", "tables 10,000 deep", "a = " + repeated("{a=", 30'000) + "1" + std::string(10'000, '}'));
    add("synapses", "a line of a million cells", "pre,post\n" + std::string(1'000'000, ',') + "\n");
    add("synapses", "a quote without an end", "pre,post\n\"" + std::string(1'000'000, 'x'));
    add("synapses", "zero bytes", "pre,post\n" + std::string(1'000'000, '\0'));
    add("synapses", "ids of a thousand digits",
        "pre,post\n" + std::string(1000, '9') + "," + std::string(1000, '9') + "x\n1\n");
    add("table", "a million commas", std::string(1'000'000, ','));
    add("table", "a shape of 2^62", "# shape 4611686018427387904\n1\n");
    add("table", "a shape whose product overflows", "# shape 4294967296,4294967296\n1\n");
    return all;
}

bool is_refused_by(const reader& reader, const std::filesystem::path& folder) {
    try {
        reader.read(folder);
    } catch (const cortexpr::error&) {
        return true;
    }
    return false;
}

const reader& named(const std::string& name) {
    for (const auto& one : readers())
        if (one.name == name) return one;
    throw std::runtime_error("there is no reader " + name);
}

}  // namespace

TEST_CASE("files made to harm are refused in no time and no memory", "[attacks]") {
    const auto all = attacks();
    CHECK(all.size() >= 200);
    for (const auto& one : all) {
        INFO(one.reader << ": " << one.what);
        const temp_folder folder;
        const auto& reader = named(one.reader);
        put(folder / reader.file, one.bytes);
        CHECK_FALSE(read_bytes(reader, folder.path(),
                               one.bytes));  // once beforehand: what a library does when it is first used
        forget_most_memory();
        const auto before = memory("VmRSS:");
        bool is_refused = true;
        const auto seconds_of = [&] {
            const auto begin = std::clock();  // this process's time: others may hold the processor
            is_refused &= is_refused_by(reader, folder.path());
            return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        };
        double seconds = seconds_of();
        const auto most = memory("VmHWM:");
        // Others share its caches and its clock, too: the shortest of a few counts.
        const double allowed = longest + longest_of_byte * static_cast<double>(one.bytes.size());
        for (int i = 0; i < 16 && seconds >= allowed; ++i) seconds = std::min(seconds, seconds_of());
        CHECK(is_refused);
        CHECK(seconds < allowed);
        CHECK(most - std::min(most, before) < one.bytes.size() + most_memory);
    }
}

TEST_CASE("what fuzzing has kept is read or refused", "[corpus]") {
    const temp_folder folder;
    int files = 0;
    for (const auto& reader : readers()) {
        const auto corpus = std::filesystem::path(CORTEXPR_SOURCE_DIR) / "tests/fuzz/corpus" / reader.name;
        REQUIRE(std::filesystem::is_directory(corpus));
        const auto place = folder / reader.name;
        std::filesystem::create_directory(place);
        bool one_is_read = false;
        for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
            INFO(entry.path().string());
            one_is_read = read_bytes(reader, place, contents(entry.path())) || one_is_read;
            ++files;
        }
        INFO(reader.name);
        CHECK(one_is_read);
    }
    CHECK(files >= 65);
}
