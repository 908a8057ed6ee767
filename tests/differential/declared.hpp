#pragma once
// The networks that generated files declare, by the name of their recorded run. No LibTorch here.

#include <cortexpr/dsl.hpp>

#include <string_view>
#include <vector>

namespace cortexpr::differential {

struct declared_network {
    std::string_view name;
    const plan::network* plan;
    const char* runs;  ///< the folder of its recorded run
    const char* file;  ///< where it is declared
    int line;
};

inline std::vector<declared_network>& declared_networks() {
    static std::vector<declared_network> all;
    return all;
}

/// An object of static storage beside each declaration.
struct registered {
    registered(std::string_view name, const plan::network& plan, const char* runs, const char* file, int line) {
        declared_networks().push_back({name, &plan, runs, file, line});
    }
};

}  // namespace cortexpr::differential
