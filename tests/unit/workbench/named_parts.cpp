// Parts of networks and perturbations as people type them.

#include "catch.hpp"
#include "executors/small_networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <fmt/format.h>

namespace workbench_named_parts_test {

using namespace cortexpr;
using namespace cortexpr::test;
using small_networks::Tiny, small_networks::Two;
using workbench::part_in;
using workbench::perturbation_in;
using kind = perturbation::kind;

namespace {

std::string refusal(const std::string& text, kind of = kind::silence) {
    return message_of<usage_error>([&] { perturbation_in(plan_of<Two>, of, text); });
}

/// Read and written again.
std::string again(kind of, const std::string& text) {
    return workbench::text_of(plan_of<Two>, perturbation_in(plan_of<Two>, of, text));
}

}  // namespace

TEST_CASE("named parts: images keep the order that they are given in, each once") {
    CHECK(workbench::images_in("8,3..5,0") == std::vector<int>{8, 3, 4, 5, 0});
    CHECK(contains(message_of<usage_error>([] { workbench::images_in("2,0..3"); }), "names image 2 twice"));
}

TEST_CASE("named parts: all marks, in any order") {
    const auto part = part_in("V1.E[0..2,7]@10..11,5#3,1:2..4=0.5");
    CHECK(part.name == "V1.E");
    CHECK(part.where.subtypes == std::vector<int>{0, 1, 2, 7});
    CHECK(part.where.rows == std::vector<int>{10, 11});
    CHECK(part.where.columns == std::vector<int>{5});
    CHECK(part.where.images == std::vector<int>{1, 3});
    CHECK(part.from == 2);
    CHECK(part.to == 4);
    CHECK(part.amount == 0.5);
    const auto other = part_in("E=-1e-3:3..@*,2");
    CHECK(other.where.rows.empty());
    CHECK(other.where.columns == std::vector<int>{2});
    CHECK(other.from == 3);
    CHECK(!other.to);
    CHECK(other.amount == -1e-3);
    CHECK(part_in("E:..3").to == 3);
    CHECK(part_in("E:3").to == 3);
}

TEST_CASE("named parts: of every kind, and as text again") {
    CHECK(again(kind::silence, "Lower.I:2..") == "silence Lower.I:2..");
    CHECK(again(kind::silence, "H") == "silence Upper.H");
    CHECK(again(kind::silence, "Upper-Lower:2") == "cut Upper-Lower:2");
    CHECK(again(kind::clamp, "H[0..1]@1,*=-0.5") == "clamp Upper.H[0..1]@1,*=-0.5");
    CHECK(again(kind::inject, "Lower.E[3]#0..4,9=0.5:..2") == "inject Lower.E[3]#0..4,9:1..2=0.5");
    CHECK(again(kind::noise, "Lower.E=0.1") == "noise Lower.E=0.1");
    CHECK(again(kind::cut, "Lower.E-Lower.I") == "cut Lower.E-Lower.I");
    CHECK(again(kind::cut, "Lower.E->I") == "cut Lower.E-Lower.I");
    CHECK(again(kind::cut, "Lower.top_down-E") == "cut Lower.top_down-Lower.E");
    CHECK(again(kind::cut, "Lower.E-output") == "cut Lower.E-Lower.output");
    CHECK(again(kind::cut, "Upper->Lower") == "cut Upper-Lower");
    CHECK(again(kind::scale_edge, "E-I=0.5") == "scale_edge Lower.E-Lower.I=0.5");
    CHECK(again(kind::freeze_tau, "Lower.E") == "freeze_tau Lower.E");
    CHECK(again(kind::freeze_tau, "Lower.E=2:3..") == "freeze_tau Lower.E:3..=2");
}

TEST_CASE("named parts: feedback, areas and their ends in the place of a type are told what they are") {
    const auto told = [](const std::string& name) {
        return fmt::format("silence acts on neuron types, as V1.E, and not on '{}'", name);
    };
    for (const auto* name : {"Lower.feedback", "feedback", "top_down", "Lower.top_down", "feedback<Upper,Lower>",
                             "silence<feedback<Upper,Lower>>"})
        CHECK(refusal(name) == told(name) + "; feedback is named by its areas, as Upper-Lower");
    CHECK(refusal("Lower") == told("Lower") + ", which is an area; feedback is named by its areas, as Upper-Lower");
    for (const auto* name : {"Lower.output", "Lower.stimulus"})
        CHECK(refusal(name) == told(name) + "; cut its edges, as V1.stimulus-V1.E or V1.E-V1.output");
    CHECK(contains(refusal("Lower.feedback=0.5", kind::clamp),
                   "feedback is named by its areas, as Upper-Lower, and can be silenced, cut or scaled"));
    const auto of_one_area = message_of<usage_error>([] { perturbation_in(plan_of<Tiny>, kind::silence, "V1"); });
    CHECK(of_one_area == told("V1") + ", which is an area; name its types one by one");
    CHECK(contains(message_of<usage_error>([] { perturbation_in(plan_of<Tiny>, kind::silence, "V1.feedback"); }),
                   "; Tiny has no feedback"));
}

TEST_CASE("named parts: what can't be is refused, with the nearest name that can") {
    CHECK(refusal("Lower.J") == "Two has no neuron type \"Lower.J\"; the nearest name is \"Lower.E\"");
    CHECK(refusal("Lower.E-Lower.J", kind::cut) ==
          "Two has no edge \"Lower.E->Lower.J\"; the nearest name is \"Lower.E->Lower.E\"");
    CHECK(refusal("Lower-Upper", kind::cut) ==
          "Two has no feedback \"Lower->Upper\"; the nearest name is \"Upper->Lower\"");
    CHECK(refusal("Lower.E", kind::cut) ==
          "cut acts on edges, as V1.E-V1.I, or feedback, as V2-V1, and not on 'Lower.E'");
    CHECK(refusal("Lower.E=2") == "'Lower.E=2': silence takes no amount; leave '=' out");
    CHECK(refusal("Lower.E", kind::clamp) == "'Lower.E': clamp needs an amount, as Lower.E=0.5");
    CHECK(refusal("[3]") == "'[3]' can't be understood: '[3]' is no name, as V1.E");
    CHECK(refusal("Lower.E[3") == "'Lower.E[3' can't be understood: '3' is no list of subtypes, as [0..3]");
    CHECK(refusal("Lower.E[3..1]") == "'Lower.E[3..1]' can't be understood: '3..1' is no list of subtypes, as [0..3]");
    CHECK(refusal("Lower.E[0..2000000000]").find("is no list of subtypes") != std::string::npos);
    CHECK(refusal("Lower.E[99999999999]").find("is no list of subtypes") != std::string::npos);
    CHECK(refusal("Lower.E@3") == "'Lower.E@3' can't be understood: '3' is no position, as @10,12 or @10..12,*");
    CHECK(refusal("Lower.E:0") == "'Lower.E:0' can't be understood: '0' is no range of steps, as :2..4, :2.. or :3");
    CHECK(refusal("Lower.E:..").find("is no range of steps") != std::string::npos);
    CHECK(refusal("Lower.E:4..2").find("is no range of steps") != std::string::npos);
    CHECK(refusal("Lower.E=x", kind::clamp) == "'Lower.E=x' can't be understood: 'x' is no number");
    CHECK(refusal("Lower.E=inf", kind::clamp) == "'Lower.E=inf' can't be understood: 'inf' is no number");
}

namespace signs {
struct faint {};
}  // namespace signs
template <int Layer, class = void>
struct Cell : excitatory<2> {};
using Up = Cell<2>;
using Down = Cell<-1, signs::faint>;
struct Layers : area<input<1, 4, 4>, neurons<Down, Up>,
                     connectivity<from<stimulus, 1, 0, 0>, from<Down, 0, 1, 0>, from<Up, 0, 0, 1>>, output<2>> {};
struct Layered : network<Layers> {};

TEST_CASE("named parts: the arguments of a template are part of a name") {
    const auto written = [](const std::string& text) {
        return workbench::text_of(plan_of<Layered>, perturbation_in(plan_of<Layered>, text));
    };
    const std::string down = "Layers." + std::string(type_name<Down>), up = "Layers." + std::string(type_name<Up>);
    CHECK(down.find("::") != std::string::npos);
    CHECK(written("silence " + down) == "silence " + down);
    CHECK(written("clamp " + down + "[1]:2..=0.5") == "clamp " + down + "[1]:2..=0.5");
    CHECK(written("cut " + down + "-" + up) == "cut " + down + "-" + up);
    CHECK(written("cut " + down + "->" + std::string(type_name<Up>)) == "cut " + down + "-" + up);
    CHECK(workbench::edge_in(plan_of<Layered>, down + "-" + up).index == 1);
    CHECK(part_in("V1.E<3:2..").name == "V1.E<3");  // no template
}

TEST_CASE("named parts: what an area hears from above is called feedback, too, and areas that send it are ends") {
    const auto& plan = plan_of<Two>;
    const auto cut = [&](const char* edge) { return perturbation_in(plan, kind::cut, edge); };
    CHECK(cut("Lower.feedback-Lower.E").index == cut("Lower.top_down-Lower.E").index);
    CHECK(cut("Lower.feedback->E").of == perturbation::target::edge);
    CHECK(workbench::edge_in(plan, "Lower.feedback-E").index == plan::find_edge(plan, "Lower.top_down->E"));
    const auto feedback = workbench::edge_in(plan, "Upper-Lower");
    CHECK((feedback.is_feedback && feedback.index == 0));
    CHECK_FALSE(workbench::edge_in(plan, "Lower.E-Lower.I").is_feedback);
    CHECK(contains(message_of<usage_error>([&] { workbench::edge_in(plan, "Lower-Upper"); }), "no feedback"));
    CHECK(contains(message_of<usage_error>([&] { workbench::edge_in(plan, "E"); }), "no edge"));
}

TEST_CASE("named parts: with the kind before them") {
    const auto written = [](const std::string& text) {
        return workbench::text_of(plan_of<Two>, perturbation_in(plan_of<Two>, text));
    };
    for (const auto* text :
         {"silence Lower.I:2..", "clamp Upper.H[0..1]@1,*=-0.5", "inject Lower.E=0.5", "noise Lower.E=0.1",
          "scale_edge Lower.E-Lower.I=0.5", "cut Upper-Lower", "freeze_tau Lower.E"})
        CHECK(written(text) == text);
    for (const auto* text : {"hold Lower.E", "silence", ""})
        CHECK(contains(
            message_of<usage_error>([&] { written(text); }),
            "is no perturbation; write what is done and to which part, as in \"silence V1.I:2..\": silence, clamp"));
}

}  // namespace workbench_named_parts_test
