#pragma once
// How large a step is, of one sample. Sizes of vectors are root mean squares of vector / (absolute + relative |y|).

namespace cortexpr::solve {

/// How far ahead the slope is taken a second time, to choose the first step. All steps here are lengths.
double trial_step(double state_size, double slope_size, double interval);

/// The first step of an interval. `bend`: size of the slope's change over the trial step, by its length.
double first_step(double trial, double slope_size, double bend);

/// The step after one whose error has that size (1 is allowed), whether it was accepted or not.
double next_step(double step, double error);

}  // namespace cortexpr::solve
