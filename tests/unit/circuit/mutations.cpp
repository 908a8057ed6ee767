// Whatever bytes a file holds: it is read, or refused with an error of this library.

#include "circuits.hpp"

#include "circuit/random.hpp"

#include <cortexpr/circuit/generators.hpp>

namespace circuit_mutations_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// Some bytes changed, removed, repeated or cut off.
std::string mutated(std::string bytes, circuit::random_stream& draw) {
    constexpr std::string_view likely = "0123456789,.\"\n\t-eE\xff{}[]:";
    for (auto changes = 1 + draw.below(4); changes > 0 && !bytes.empty(); --changes) {
        const auto place = draw.below(bytes.size());
        switch (draw.below(6)) {
            case 0:
                bytes[place] = static_cast<char>(draw());
                break;
            case 1:
                bytes[place] = static_cast<char>(bytes[place] ^ (1 << draw.below(8)));
                break;
            case 2:
                bytes[place] = likely[draw.below(likely.size())];
                break;
            case 3:
                bytes.erase(place, 1 + draw.below(8));
                break;
            case 4:
                bytes.insert(place, bytes.substr(draw.below(bytes.size()), 1 + draw.below(16)));
                break;
            default:
                if (draw.below(4) == 0) bytes.resize(place);
        }
    }
    return bytes;
}

struct outcomes {
    int read = 0, refused = 0;
};

template <typename Call>
outcomes tried(const std::string& sound, Call call) {
    circuit::random_stream draw(1);
    outcomes all;
    for (int i = 0; i < 2000; ++i) {
        const auto bytes = mutated(sound, draw);
        try {
            call(bytes);
            ++all.read;
        } catch (const error& problem) {
            ++all.refused;
            if (std::string_view(problem.what()).empty()) FAIL("an error without a word");
        }  // any other exception ends the test
    }
    return all;
}

outcomes tried_as_synapses(const std::string& name, const std::string& sound, std::string_view cells = {}) {
    written file(sound, cells, name);
    CHECK(file.load().synapses.size() == 3);
    return tried(sound, [&](const std::string& bytes) {
        put(file.how.synapses, bytes);
        file.load();
    });
}

const std::string table = "pre,post,weight\n10,20,3\n20,30,0.5\n30,\"10\",7\n";
const std::string cells = "id,type,neuron_class\n10,A,1\n20,\"B\",-1\n30,A,hybrid\n";

}  // namespace

TEST_CASE("tables with changed bytes are read or refused", "[circuit]") {
    const auto plain = tried_as_synapses("s.csv", table, cells);
    CHECK(plain.refused > 500);
    CHECK(plain.read > 100);
    CHECK(tried_as_synapses("s.csv.gz", gzipped(table)).refused > 1500);
    written file(table, cells);
    CHECK(tried(cells, [&](const std::string& bytes) {
              put(file.how.cells, bytes);
              file.load();
          }).refused > 500);
}

TEST_CASE("arrays with changed bytes are read or refused", "[circuit]") {
    const temp_folder folder;
    const auto ids = npy("<i8", "(3,)", raw<std::int64_t>({10, 20, 30})),
               other = npy("<i8", "(3,)", raw<std::int64_t>({20, 30, 10}));
    const auto weights = npy("<f4", "(3,)", raw<float>({1, 2, 3}));
    for (const bool is_deflated : {true, false}) {
        put_zip(folder / "s.npz", {{"pre.npy", ids}, {"post.npy", other}, {"weight.npy", weights}}, is_deflated);
        CHECK(tried_as_synapses("s.npz", contents(folder / "s.npz")).refused > 500);
    }
    const auto columns =
        tried_as_synapses("s.npy", npy("<i2", "(3, 3)", raw<std::int16_t>({1, 2, 5, 2, 3, 6, 3, 1, 7})));
    CHECK(columns.read > 100);
    CHECK(columns.refused > 500);
}

TEST_CASE("safetensors with changed bytes are read or refused", "[circuit]") {
    // As other programs write them, without checksums.
    const auto file = [](std::string header, const std::string& elements) {
        while (header.size() % 8 != 0) header += ' ';
        return raw<std::uint64_t>({header.size()}) + header + elements;
    };
    const auto coo = file(R"({"indices":{"dtype":"I64","shape":[2,3],"data_offsets":[0,48]},)"
                          R"("values":{"dtype":"F32","shape":[3],"data_offsets":[48,60]}})",
                          raw<std::int64_t>({1, 2, 0, 0, 1, 2}) + raw<float>({1, 2, 3}));
    const auto csr = file(R"({"crow_indices":{"dtype":"I64","shape":[4],"data_offsets":[0,32]},)"
                          R"("col_indices":{"dtype":"I32","shape":[3],"data_offsets":[32,44]},)"
                          R"("values":{"dtype":"F32","shape":[3],"data_offsets":[44,56]}})",
                          raw<std::int64_t>({0, 1, 2, 3}) + raw<std::int32_t>({0, 1, 2}) + raw<float>({1, 2, 3}));
    for (const auto& bytes : {coo, csr}) {
        const auto outcome = tried_as_synapses("s.safetensors", bytes);
        CHECK(outcome.refused > 500);
        CHECK(outcome.read > 50);
    }
}

TEST_CASE("type graphs with changed bytes are expanded or refused", "[circuit]") {
    const std::string sound =
        R"({"nodes": [{"name": "A", "pattern": ["stride", [1, 1]]}, {"name": "B", "pattern": ["tile", 2]}],)"
        R"( "edges": [{"src": "A", "tar": "B", "alpha": -1, "offsets": [[[0, 0], 2], [[2, 0], 1.5], [[0, 2], 1]]}]})";
    const auto outcome = tried(sound, [](const std::string& bytes) { circuit::over_hexagonal_eye(bytes, 2); });
    CHECK(outcome.refused > 500);
    CHECK(outcome.read > 50);
}

}  // namespace circuit_mutations_test
