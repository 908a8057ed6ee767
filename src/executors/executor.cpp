#include "executor.hpp"

#include "batched/executor.hpp"
#include "on_chip/executor.hpp"
#include "planned/executor.hpp"
#include "transparent/executor.hpp"

namespace cortexpr::executors {

plan::requested run_context::requested() const {
    auto all = request.requested();
    all.silenced_from = silenced_from;
    return all;
}

std::shared_ptr<executor> make_executor(cortexpr::executor kind) {
    switch (kind) {
        case cortexpr::executor::planned:
            return make_planned_executor();
        case cortexpr::executor::batched:
            return make_batched_executor();
        case cortexpr::executor::on_chip:
            return make_on_chip_executor();
        default:
            return make_transparent_executor();
    }
}

}  // namespace cortexpr::executors
