// Networks of either family behind one type; cells and synapses by what people type.

#include "catch.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/any_network.hpp>
#include <cortexpr/workbench/balance.hpp>
#include <cortexpr/workbench/plots.hpp>
#include <cortexpr/workbench/record.hpp>
#include <cortexpr/workbench/spectrum.hpp>

#include <ATen/ops/rand.h>

namespace workbench_any_network_test {

using namespace cortexpr;
using namespace cortexpr::test;
using workbench::array_in;
using workbench::perturbation_in;
using workbench::text_of;
using kind = perturbation::kind;
using Catch::Matchers::Contains;

TEST_CASE("any_network: cells and synapses are named as they are typed") {
    const auto net = make<Sides>(pathway());
    const workbench::any_network any(*net);
    CHECK(any.name() == "Sides");
    CHECK(any.type_names() == std::vector<std::string>{"Eye", "Lamina", "Medulla"});
    CHECK(any.connectome() == net.get());
    CHECK(any.areas() == nullptr);
    for (const auto* text : {"silence Lamina:2..", "clamp Medulla[0..2]=0.5", "inject LB:3=-1.5", "noise Eye=0.25",
                             "scale_edge Lamina-Medulla:2..4=0.5", "cut Medulla-Medulla", "freeze_tau Medulla=3"}) {
        const std::string typed(text);
        const auto space = typed.find(' ');
        for (int of = 0; of <= static_cast<int>(kind::freeze_tau); ++of)
            if (name_of(static_cast<kind>(of)) == typed.substr(0, space))
                CHECK(text_of(*net, perturbation_in(*net, static_cast<kind>(of), typed.substr(space + 1))) == typed);
    }
    CHECK(text_of(*net, perturbation_in(*net, kind::cut, "Eye->Lamina")) == "cut Eye-Lamina");
    CHECK(text_of(*net, perturbation_in(*net, "silence Lamina:2..")) == "silence Lamina:2..");
    CHECK_THROWS_WITH(perturbation_in(*net, "mute Lamina"), Contains("is no perturbation"));
    // A type's cell is called by its id.
    CHECK(text_of(*net, perturbation_in(*net, kind::silence, "Lamina[1]")) == "silence LB");
    const auto cell = array_in(*net, "M3:2..");
    CHECK(cell.index == 2);
    CHECK(cell.where.subtypes == std::vector<int>{2});
    CHECK(cell.from == 2);
    CHECK(workbench::name_of(*net, cell) == "M3");
    CHECK(workbench::name_of(*net, array_in(*net, "Medulla")) == "Medulla");
    CHECK(workbench::name_of(*net, array_in(*net, "output")) == "output");
    CHECK(workbench::name_of(*net, array_in(*net, "logits")) == "logits");
    // Where the graph has no ids, numbers are ids.
    const auto nameless = make<Sides>(pathway(false));
    CHECK(array_in(*nameless, "6").index == 1);
    CHECK(array_in(*nameless, "6").where.subtypes == std::vector<int>{1});
    CHECK(workbench::name_of(*nameless, array_in(*nameless, "6")) == "Lamina");
}

TEST_CASE("any_network: what isn't there is refused with the nearest name") {
    const auto net = make<Sides>(pathway());
    const auto refused = [&](kind of, const char* text) {
        return message_of<usage_error>([&] { perturbation_in(*net, of, text); });
    };
    CHECK(refused(kind::silence, "Lamin") ==
          "Sides has no cell type or cell \"Lamin\"; the nearest name is \"Lamina\"");
    CHECK(refused(kind::silence, "LC").find("the nearest name is \"LA\"") != std::string::npos);
    CHECK(refused(kind::cut, "Eye-Medula") == "Sides has no cell type \"Medula\"; the nearest name is \"Medulla\"");
    CHECK(refused(kind::cut, "Medulla-Eye") == "cut Medulla-Eye changes nothing: no such synapse is there");
    CHECK(refused(kind::cut, "Eye").find("as Eye-Medulla, and not on 'Eye'") != std::string::npos);
    CHECK(refused(kind::silence, "Eye[3]") == "Eye has cells 0 to 2, and no cell 3");
    CHECK(refused(kind::silence, "LA[0]").find("LA is one cell") != std::string::npos);
    CHECK(refused(kind::silence, "Eye@1,2").find("leave '@' out") != std::string::npos);
    CHECK(refused(kind::silence, "Eye#3").find("for all of them") != std::string::npos);
    CHECK(refused(kind::clamp, "Eye=-1").find("holds a negative rate, -1, which") != std::string::npos);
    CHECK(refused(kind::noise, "Eye=-1").find("has the deviation -1; give one from 0") != std::string::npos);
    CHECK(refused(kind::scale_edge, "Eye-Lamina=-2").find("has the factor -2, which") != std::string::npos);
    CHECK(refused(kind::clamp, "Eye").find("needs an amount") != std::string::npos);
    CHECK(refused(kind::cut, "Eye-Lamina[0]").find("leave '[' out") != std::string::npos);
    const auto unrecorded = [&](const char* text) { return message_of<usage_error>([&] { array_in(*net, text); }); };
    CHECK(unrecorded("Ey") == "Sides has no cell type or cell \"Ey\"; the nearest name is \"Eye\"");
    CHECK(unrecorded("Eye@1,2") == "cells have no rows and columns; leave '@' out");
    CHECK(unrecorded("Eye=2").find("has no amount") != std::string::npos);
    const auto bare = make<Pathway>(pathway());
    CHECK_THROWS_WITH(array_in(*bare, "logits"), Contains("Pathway is no classifier"));
    // Values that no text gave.
    const perturbation beyond{.is = kind::silence, .index = 0, .where = {.subtypes = {9}}};
    CHECK_THROWS_WITH(workbench::with_perturbations(*net, {beyond}), Contains("no cell 9"));
    CHECK_THROWS_WITH(workbench::with_perturbations(*net, {perturbation{.index = 7}}), Contains("names number 7"));
}

TEST_CASE("any_network: perturbations by name are those by type") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble, .seed = 3});
    const auto input = at::rand({4, 3}, at::kDouble);
    const at::NoGradGuard no_gradients;
    const auto by_name = [&](kind of, const char* text) {
        return net
            ->run(input, workbench::with_perturbations(*net, {perturbation_in(*net, of, text)},
                                                       {.steps = 5, .record_states = true}))
            .states;
    };
    const auto by_type = [&](const auto&... options) {
        return net->run(input, steps{5}, record_states{}, options...).states;
    };
    CHECK(at::equal(by_name(kind::silence, "Lamina:2.."), by_type(silence<Lamina>{.from = 2})));
    CHECK(
        at::equal(by_name(kind::clamp, "Medulla:2..4=0.5"), by_type(clamp<Medulla>{.value = 0.5, .from = 2, .to = 4})));
    CHECK(at::equal(by_name(kind::inject, "Eye=0.5"), by_type(inject<Eye>{.current = 0.5})));
    CHECK(at::equal(by_name(kind::scale_edge, "Lamina-Medulla=2"), by_type(scale_edge<Lamina, Medulla>{.factor = 2})));
    CHECK(at::equal(by_name(kind::cut, "Lamina-Medulla:3"), by_type(cut<Lamina, Medulla>{.from = 3, .to = 3})));
    CHECK(at::equal(by_name(kind::freeze_tau, "Medulla=4"), by_type(freeze_tau<Medulla>{.value = 4})));
    const auto cell = net->cell_of("LB");
    CHECK(at::equal(by_name(kind::freeze_tau, "LB=4"), by_type(freeze_tau_cells{.cells = {cell}, .value = 4})));
    CHECK_FALSE(at::equal(by_name(kind::freeze_tau, "LB=4"), by_name(kind::freeze_tau, "Lamina=4")));
    CHECK(text_of(*net, perturbation_in(*net, kind::freeze_tau, "Lamina[1]=4")) == "freeze_tau LB=4");
    CHECK(at::equal(by_name(kind::inject, "LB:2..=0.5"),
                    by_type(inject_cells{.cells = {cell}, .current = 0.5, .from = 2})));
    net->generator().set_current_seed(7);
    const auto noisy = by_name(kind::noise, "Medulla=0.5");
    net->generator().set_current_seed(7);
    CHECK(at::equal(noisy, by_type(noise<Medulla>{.deviation = 0.5})));
    CHECK_FALSE(at::equal(noisy, by_type()));
}

// As Eye, Lamina and Medulla, but for the class, which the graph says of each cell.
struct AnyEye : hybrid_cells<no_tau> {};
struct AnyLamina
    : hybrid_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>, bias<bias_mode::per_type, 0.2>> {};
struct AnyMedulla : hybrid_cells<bias<bias_mode::per_neuron, 0.1>, tau<tau_mode::per_neuron, 1.5>> {};
struct AnyPathway : connectome<cells<AnyEye, AnyLamina, AnyMedulla>, synapses<as_in_the_file>, stimulus_to<AnyEye>,
                               output_from<AnyMedulla>> {};
struct AnySides : classifier<AnyPathway, classes<2>, hidden<6>> {};

TEST_CASE("any_network: cells of a hybrid type count by the class that the graph says of them") {
    auto data = pathway();
    const auto declared = make<Sides>(data, {.dtype = at::kDouble});
    data.graph.neurons.type_names = {"AnyMedulla", "AnyEye", "AnyLamina"};
    for (const int type : data.graph.neurons.types)
        data.graph.neurons.classes.push_back(type == 2 ? neuron_class::inhibitory : neuron_class::excitatory);
    const auto told = make<AnySides>(data, {.dtype = at::kDouble});
    const auto ours = told->parameters(), theirs = declared->parameters();
    REQUIRE(ours.size() == theirs.size());
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < ours.size(); ++i) ours[i].copy_(theirs[i]);
    CHECK(std::ranges::equal(told->classes_of_cells(), data.graph.neurons.classes));
    CHECK(std::ranges::equal(told->classes_of_cells(), declared->classes_of_cells()));
    CHECK((told->data().graph.neurons.classes == data.graph.neurons.classes));

    for (const auto* text : {"M1=-0.5", "AnyMedulla[0..1]=-0.5", "AnyEye=-0.5"})
        CHECK(message_of<usage_error>([&] {
                  perturbation_in(*told, kind::clamp, text);
              }).find("holds a negative rate, -0.5, which would turn the sign of an excitatory neuron") !=
              std::string::npos);
    auto untold = data;
    untold.graph.neurons.classes[0] = neuron_class::hybrid;
    CHECK(perturbation_in(*make<AnySides>(untold), kind::clamp, "M1=-0.5").amount == -0.5);

    const auto examples = views(6);
    const auto inputs = images_of(examples).to(at::kDouble);
    CHECK(at::equal(told->forward(inputs, steps{4}), declared->forward(inputs, steps{4})));
    for (const auto of : {neuron_class::excitatory, neuron_class::inhibitory, neuron_class::hybrid})
        for (int i = 0; i < told->parameter_count(); ++i) {
            const auto mask = told->presynaptic(i, of);
            REQUIRE(mask.defined() == declared->presynaptic(i, of).defined());
            if (mask.defined()) CHECK(at::equal(mask, declared->presynaptic(i, of)));
        }
    const auto balances = workbench::balance_of(*told, examples, {.steps = 4});
    const auto expected = workbench::balance_of(*declared, examples, {.steps = 4});
    CHECK(balances[2].inhibition == expected[2].inhibition);
    CHECK(balances[2].inhibition.back() > 0);
    CHECK(balances[2].current == expected[2].current);
    const auto stimulus = inputs.slice(0, 0, 1);
    const auto spectrum = workbench::spectrum_of(*told, stimulus, {.steps = 4});
    REQUIRE(spectrum.excitation);
    CHECK(spectrum.excitation->radius() ==
          Approx(workbench::spectrum_of(*declared, stimulus, {.steps = 4}).excitation->radius()));
    const auto histograms = workbench::weight_histograms(*told), others = workbench::weight_histograms(*declared);
    REQUIRE(histograms.size() == others.size());
    for (std::size_t i = 0; i < histograms.size(); ++i) {
        REQUIRE(histograms[i].curves.size() == others[i].curves.size());
        for (std::size_t k = 0; k < histograms[i].curves.size(); ++k)
            CHECK(histograms[i].curves[k].x == others[i].curves[k].x);
    }
}

}  // namespace workbench_any_network_test
