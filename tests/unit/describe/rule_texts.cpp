// The rules in words: each text follows a place, and says what is wrong and what to do.

#include "describe/rule_texts.hpp"

#include "catch.hpp"

#include <set>
#include <string>

namespace describe_rule_texts_test {

using cortexpr::rule;
using cortexpr::describe::text_of;

TEST_CASE("each rule that a description can break has a text of its own", "[describe]") {
    const std::string_view of_syntax = text_of(rule::none);
    CHECK(of_syntax == "breaks a rule of declarations");
    std::set<std::string_view> texts;
    for (int i = 1; i <= static_cast<int>(rule::few_targets); ++i) {
        const auto text = text_of(static_cast<rule>(i));
        if (text == of_syntax) continue;
        INFO(std::string(text));
        CHECK(texts.insert(text).second);
        const auto verb = text.substr(0, text.find(' '));
        CHECK(std::set<std::string_view>{"has", "is", "draws", "receives", "doesn't", "hears", "chains", "goes",
                                         "connects", "pools"}
                  .contains(verb));
        CHECK(text.find("; ") != std::string_view::npos);
        CHECK(text.back() != '.');
        CHECK(text.find('\n') == std::string_view::npos);
    }
    CHECK(texts.size() >= 40);
    for (const auto of_a_description : {rule::no_areas, rule::few_classes, rule::even_extent, rule::unheard_feedback,
                                        rule::only_inhibited, rule::few_targets})
        CHECK(texts.contains(text_of(of_a_description)));
    // What only C++ can get wrong.
    for (const auto of_cpp : {rule::not_a_neuron_type, rule::unknown_area_part, rule::few_cells, rule::not_a_network})
        CHECK(text_of(of_cpp) == of_syntax);
}

}  // namespace describe_rule_texts_test
