// Saving and loading parameters.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/io/safetensors.hpp>

#include <c10/util/Exception.h>

#include <functional>
#include <limits>

namespace module_state_dict_file_test {

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

struct noted_warnings : c10::WarningHandler {
    void process(const c10::Warning& warning) override { text += warning.msg(); }
    std::string text;
};

/// A file with the tensors of a network under other names.
void write_renamed(const network_module& net, const std::string& path,
                   const std::function<std::string(const std::string&)>& renamed) {
    net.save(path);
    const auto file = io::read_safetensors(path);
    std::vector<io::tensor_record> records;
    for (const auto& record : file.tensors())
        records.push_back({renamed(record.name), record.type, record.shape, record.bytes});
    io::write_safetensors(path, records);
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

TEST_CASE("a file from Python's safetensors is loaded, and projected with a warning, or refused") {
    // Written by python.py beside this file: element k of a tensor is k/100 - 1/10.
    const std::string file = CORTEXPR_SOURCE_DIR "/tests/unit/module/python.safetensors";
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    const auto before = values_of(net);
    CHECK_THROWS_WITH(net.load(file, violations::refused), Contains("against Dale's law") && Contains("(-0.1"));
    CHECK(same_values(net, before));
    noted_warnings warnings;
    {
        const c10::WarningUtils::WarningHandlerGuard guard(&warnings);
        net.load(file);
    }
    CHECK_THAT(warnings.text, Contains(file + ": values against Dale's law") && Contains(" more; they are set to"));
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
    struct Larger : classifier<network<Other>, classes<3>, hidden<8>, readout_pool<pool_mode::max>> {};
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
    CHECK_THAT(told, Contains(" more"));  // three names of each kind at most
    CHECK(same_values(net, before));
    CHECK_THROWS_AS(net.load(folder / "absent.safetensors"), file_error);
    CHECK(same_values(net, before));
}

TEST_CASE("the prefix of the network's names is left out, and told where more is wrong") {
    const temp_folder folder;
    const std::string path = folder / "model.safetensors";
    network_module saved(plan_of<Tiny>, {.seed = 1}), net(plan_of<Tiny>, {.seed = 2});
    for (const std::string prefix : {"module.", "_orig_mod.", "net.module."}) {
        net.reset_parameters(2);
        write_renamed(saved, path, [&](const std::string& name) { return prefix + name; });
        net.load(path);
        CHECK(same_values(net, values_of(saved)));
    }
    write_renamed(saved, path, [](const std::string& name) {
        return "module." + (name.starts_with("readout.1") ? "head." + name : name);
    });
    CHECK_THROWS_WITH(net.load(path), Contains("(its names begin with module.); missing: readout.1.weight"));
    write_renamed(saved, path, [](const std::string& name) { return "x" + name; });  // no level of names
    CHECK_THROWS_WITH(net.load(path), Contains("missing: "));
}

TEST_CASE("names that lack the first level of the network's are read, and told where more is wrong") {
    const temp_folder folder;
    const std::string path = folder / "model.safetensors";
    network_module saved(plan_of<Tiny>, {.seed = 1}), net(plan_of<Tiny>, {.seed = 2});
    const auto shorter = [](const std::string& name) { return name.starts_with("rnn.") ? name.substr(4) : name; };
    write_renamed(saved, path, shorter);
    net.load(path);
    CHECK(same_values(net, values_of(saved)));
    // What classifier.rnn.state_dict() gives.
    saved.save(path);
    const auto file = io::read_safetensors(path);
    std::vector<io::tensor_record> recurrent;
    for (const auto& record : file.tensors())
        if (record.name.starts_with("rnn."))
            recurrent.push_back({shorter(record.name), record.type, record.shape, record.bytes});
    io::write_safetensors(folder / "recurrent.safetensors", recurrent);
    net.reset_parameters(2);
    const auto before = values_of(net);
    CHECK_THROWS_WITH(
        net.load(folder / "recurrent.safetensors"),
        Contains("which stays as it was (its names lack rnn.); missing: readout.1.weight, readout.1.bias") &&
            !Contains("unexpected"));
    CHECK(same_values(net, before));
}

TEST_CASE("what a file holds around the network is left out, and told in a few names") {
    const temp_folder folder;
    const std::string path = folder / "model.safetensors";
    network_module saved(plan_of<Tiny>, {.seed = 1}), net(plan_of<Tiny>, {.seed = 2});
    saved.save(path);
    const auto file = io::read_safetensors(path);
    const auto write = [&](const std::vector<std::string>& prefixes, const std::vector<std::string>& others) {
        std::vector<io::tensor_record> records;
        for (const auto& record : file.tensors())
            for (const auto& prefix : prefixes)
                records.push_back({prefix + record.name, record.type, record.shape, record.bytes});
        const std::vector<std::byte> one(4);
        for (const auto& name : others) records.push_back({name, io::dtype::f32, {1}, one});
        io::write_safetensors(folder / "around.safetensors", records);
    };
    const auto load = [&] {
        noted_warnings heard;
        const c10::WarningUtils::WarningHandlerGuard guard(&heard);
        net.load(folder / "around.safetensors");
        return heard.text;
    };
    write({"module."}, {"n_averaged"});
    CHECK_THAT(load(), Contains("the network's names begin with module.; left out: n_averaged"));
    CHECK(same_values(net, values_of(saved)));
    write({"model.net."}, {"a", "b.c", "criterion.weight", "model.scale", "z"});
    CHECK_THAT(load(), Contains("left out: a, b.c, criterion.weight and 2 more"));
    write({"net."}, {"net.n_averaged"});
    CHECK_THROWS_WITH(load(), Contains("unexpected: net.n_averaged"));
    write({""}, {"n_averaged"});  // nothing is around it
    CHECK_THROWS_WITH(load(), Contains("unexpected: n_averaged"));
    write({"ema.", "model."}, {});
    CHECK_THROWS_WITH(load(), Contains("holds the network's parameters twice, under 'ema.' and under 'model.'"));
}

TEST_CASE("the wrong one of our own files is told from the right one") {
    const temp_folder folder;
    network_module net(plan_of<Tiny>);
    write_renamed(net, folder / "checkpoint.safetensors", [](const std::string& name) { return "network/" + name; });
    CHECK_THROWS_WITH(net.load(folder / "checkpoint.safetensors"),
                      Contains("is a checkpoint") && Contains((folder / "model.safetensors").string()));
    network_module other(plan_of<V1>);
    other.save(folder / "other.safetensors", {{"network", "V1"}});
    CHECK_THROWS_WITH(net.load(folder / "other.safetensors"), Contains("(the file is of the network 'V1')"));
}

TEST_CASE("what is not finite is neither saved nor loaded") {
    const temp_folder folder;
    const std::string path = folder / "model.safetensors";
    network_module sound(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 1});
    sound.save(path);
    const auto content = contents(path);
    for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 2});
        {
            const at::NoGradGuard no_gradients;
            net.parameter(1).view(-1)[0] = value;
        }
        const std::string name(std::string_view(net.plan().parameters[1].name));
        CHECK(net.first_not_finite() == name);
        CHECK_THROWS_WITH(net.save(path), Contains(name) && Contains("is not written"));
        CHECK(contents(path) == content);
        std::vector<io::tensor_record> records;
        const auto file = io::read_safetensors(path);
        std::vector<double> bad(static_cast<std::size_t>(net.parameter(1).numel()), value);
        for (const auto& record : file.tensors())
            records.push_back({record.name, record.type, record.shape,
                               record.name == name ? std::as_bytes(std::span(bad)) : record.bytes});
        io::write_safetensors(folder / "bad.safetensors", records);
        network_module loaded(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3});
        const auto before = values_of(loaded);
        CHECK_THROWS_WITH(loaded.load(folder / "bad.safetensors"), Contains("infinite or NaN: " + name));
        CHECK(same_values(loaded, before));
    }
    // Finite as float64, and not as float32.
    {
        const at::NoGradGuard no_gradients;
        sound.parameter(0).fill_(1e300);
    }
    sound.save(path);
    network_module single(plan_of<Tiny>);
    CHECK_THROWS_WITH(single.load(path), Contains("; beyond float32: ") && !Contains("infinite or NaN"));
}

TEST_CASE("8-bit floats are read, integers are not") {
    const temp_folder folder;
    network_module net(plan_of<V1>);
    std::vector<io::tensor_record> records;
    std::vector<std::int64_t> ones(1000, 0x3838383838383838);  // 1 as E4M3, in each byte
    const auto write = [&](io::dtype type, std::size_t size) {
        records.clear();
        for (const auto& parameter : net.plan().parameters)
            records.push_back(
                {.name = std::string(std::string_view(parameter.name)),
                 .type = type,
                 .shape = {parameter.shape.begin(), parameter.shape.begin() + parameter.rank},
                 .bytes = std::as_bytes(std::span(ones)).first(static_cast<std::size_t>(parameter.size()) * size)});
        io::write_safetensors(folder / "file", records);
    };
    write(io::dtype::f8_e4m3, 1);
    net.load(folder / "file");
    for (int i = 0; i < net.parameter_count(); ++i) CHECK(net.parameter(i).eq(1).all().item<bool>());
    ones[0] = 0x383838383838387F;  // NaN
    write(io::dtype::f8_e4m3, 1);
    CHECK_THROWS_WITH(net.load(folder / "file"), Contains("infinite or NaN"));
    write(io::dtype::i64, 8);
    CHECK_THROWS_WITH(net.load(folder / "file"), Contains("of an element type that no parameter has: "
                                                          "areas.0.convs.0->0.0.weight (I64)"));
}

}  // namespace module_state_dict_file_test
