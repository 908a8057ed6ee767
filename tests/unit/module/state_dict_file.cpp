// Saving and loading parameters.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/io/safetensors.hpp>

using namespace cortexpr;
using namespace cortexpr::test;
using Catch::Matchers::Contains;

namespace {

std::vector<at::Tensor> values_of(const network_module& net) {
    std::vector<at::Tensor> values;
    for (const auto& parameter : net.parameters()) values.push_back(parameter.detach().clone());
    return values;
}

bool same_values(const network_module& net, const std::vector<at::Tensor>& values) {
    const auto now = net.parameters();
    for (std::size_t i = 0; i < now.size(); ++i)
        if (!now[i].equal(values[i])) return false;
    return now.size() == values.size();
}

}  // namespace

TEST_CASE("what was saved is what is loaded, bit for bit") {
    const temp_folder folder;
    for (const auto dtype : {at::kFloat, at::kDouble}) {
        network_module saved(plan_of<Tiny>, {.dtype = dtype, .seed = 1}),
            loaded(plan_of<Tiny>, {.dtype = dtype, .seed = 2});
        saved.save(folder / "model.safetensors", {{"epoch", "3"}});
        CHECK(!same_values(loaded, values_of(saved)));
        loaded.load(folder / "model.safetensors");
        CHECK(same_values(loaded, values_of(saved)));
        const auto file = io::read_safetensors(folder / "model.safetensors");
        CHECK(file.metadata().at("epoch") == "3");
        CHECK(file.tensors().size() == saved.plan().parameters.size());
    }
}

TEST_CASE("the other precision is converted on loading") {
    const temp_folder folder;
    network_module exact(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 1}), single(plan_of<Tiny>, {.seed = 2});
    exact.save(folder / "model.safetensors");
    single.load(folder / "model.safetensors");
    for (int i = 0; i < static_cast<int>(exact.plan().parameters.size()); ++i)
        CHECK(single.parameter(i).equal(exact.parameter(i).to(at::kFloat)));
}

TEST_CASE("a file from Python's safetensors is loaded, and projected") {
    // Written by python.py beside this file: element k of a tensor is k/100 - 1/10.
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    net.load(CORTEXPR_SOURCE_DIR "/tests/unit/module/python.safetensors");
    for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
        using bound = plan::parameter::bound;
        const auto& planned = net.plan().parameters[i];
        INFO(std::string_view(planned.name));
        auto written = at::arange(planned.size(), at::kDouble).div_(100).sub_(0.1).to(at::kFloat).to(at::kDouble);
        if (planned.constraint == bound::non_negative) written.clamp_min_(0);
        if (planned.constraint == bound::at_least_one) written.clamp_min_(1);
        CHECK(net.parameter(static_cast<int>(i)).view(-1).equal(written));
    }
}

TEST_CASE("a file that does not fit is refused with all reasons, and the network stays as it was") {
    struct Other : area<input<2, 6, 5>, neurons<E, I>,
                        connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, edge{.extent = {1, 1}}>, from<I, 1, 0, 0>>,
                        output<3>> {};
    struct Larger : classifier<network<Other>, classes<3>, hidden<8>> {};
    const temp_folder folder;
    const std::string path = folder / "larger.safetensors";
    network_module(plan_of<Larger>).save(path);
    network_module net(plan_of<Tiny>, {.seed = 4});
    const auto before = values_of(net);
    std::string told;
    try {
        net.load(path);
    } catch (const file_error& error) {
        told = error.what();
        CHECK(error.path() == path);
    }
    CHECK(told.starts_with(path + ": does not fit the network Tiny, which stays as it was; "));
    CHECK_THAT(told, Contains("missing: rnn.areas.0.convs.2->1.0.weight, rnn.areas.0.convs.2->1.0.bias;"));
    CHECK_THAT(told, Contains("unexpected: rnn.areas.0.convs.1->1.0.bias;"));
    CHECK_THAT(told,
               Contains("rnn.areas.0.out_convs.1->out.0.weight (the file has (3, 4, 1, 1), the network (3, 4, 3, 3))"));
    CHECK_THAT(told, Contains("readout.1.weight (the file has (8, 3), the network (7, 3))"));
    CHECK_THAT(told, Contains("rnn.areas.0.convs.1->1.0.weight (the file has (2, 4, 3, 3), the network (2, 2, 3, 3))"));
    CHECK(same_values(net, before));
    CHECK_THROWS_AS(net.load(folder / "absent.safetensors"), file_error);
    CHECK(same_values(net, before));
}

TEST_CASE("integers are no parameters") {
    const temp_folder folder;
    network_module net(plan_of<V1>);
    std::vector<io::tensor_record> records;
    std::vector<std::int64_t> zeros(1000);
    for (const auto& parameter : net.plan().parameters)
        records.push_back(
            {.name = std::string(std::string_view(parameter.name)),
             .type = io::dtype::i64,
             .shape = {parameter.shape.begin(), parameter.shape.begin() + parameter.rank},
             .bytes = std::as_bytes(std::span(zeros)).first(static_cast<std::size_t>(parameter.size()) * 8)});
    io::write_safetensors(folder / "integers.safetensors", records);
    CHECK_THROWS_WITH(net.load(folder / "integers.safetensors"),
                      Contains("not of a floating-point type: areas.0.convs.0->0.0.weight (I64)"));
}
