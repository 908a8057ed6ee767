#!/usr/bin/env python3
"""Holds the tests to the folders: mirror.py ROOT

Each source of src/ and include/cortexpr/ (a header and its .cpp are one) has a test of the same folder and name in
tests/unit/, or stands in COVERED, which names the test that covers it; and each .cpp of tests/unit/ is of such a source,
is named in COVERED, or stands in OF_MORE, which says what else it is of. Fails for a source and for a test with none of
these, for an entry whose test isn't there, and for a pattern that nothing needs any more."""

import sys
from fnmatch import fnmatchcase
from pathlib import Path

SOURCES, TESTS, ENDINGS = ["src", "include/cortexpr"], "tests/unit", (".cpp", ".hpp", ".cu", ".cuh")

# Sources, the test or folder of tests (below tests/) that covers them, and why it is that one. A pattern stands here only
# where new files in that folder come under that test by themselves.
COVERED = [
    ("app app/analyse_balance app/analyse_command app/analyse_fields app/analyse_spectrum app/analyse_tuning app/analyses "
     "app/app app/area_network app/ask_commands app/check_command app/checks "
     "app/command_checks app/connectome_network app/data_sets app/exchange_commands app/interrupt "
     "app/numbers app/perturb_command app/perturbation_options app/pictures app/plot_command app/process app/profile "
     "app/program_network app/questions app/record_command app/refusals app/report_command app/run_report app/saved_model app/score "
     "app/settings_entries app/sweep_command app/sweep_results app/sweep_runs app/test_command app/train_command "
     "app/training_announcements app/training_commands app/training_view app/version app/workbench_commands",
     "end_to_end", "commands are run as users run them"),
    ("app/circuit_settings app/settings_options app/settings_record app/settings_table", "unit/app/settings.cpp",
     "what is made of each setting"),
    ("address_sanitizer", "unit/schedule/connectome_work.cpp", "a macro that it asks"),
    ("arrow_tables/library arrow_tables/stream", "unit/circuit/arrow_rows.cpp", "a library that only circuit/arrow_rows loads"),
    ("before_libtorch compiler dsl", "static/users_flags.cpp", "headers that all others include"),
    ("check/* dsl/*", "static", "declarations and rules, asked and refused by the compiler; texts by tests/fail"),
    ("circuit/columns", "unit/circuit/read_rows.cpp", "names in published tables"),
    ("circuit/files circuit/graph circuit/load circuit/wiring", "unit/circuit/rules.cpp", "what loading is made of"),
    ("circuit/known_cells", "unit/module/connectome_files.cpp", "what projections are read by beside a graph"),
    ("plan/cell_sign", "unit/module/connectome_run.cpp", "what a clamp or a start is refused by"),
    ("circuit/projection", "unit/circuit/load_projection.cpp", "data that it gives"),
    ("circuit/stored_cells", "unit/circuit/save.cpp", "names in a file"),
    ("circuit/synthetic_brain circuit/topographic circuit/typed", "unit/circuit/generators.cpp", "declared in one header"),
    ("cuda_graph/*", "unit/train/step.cpp", "a library that only training steps load; needs a GPU"),
    ("data/drawn_size", "unit/data/gratings.cpp", "one limit of three drawn sets"),
    ("data/image_sets", "unit/data/load_images.cpp", "declarations for its readers"),
    ("declared", "differential", "libraries of declarations"),
    ("describe/connectome_declaration", "unit/describe/describe.cpp", "there and back"),
    ("describe/declaration", "unit/describe/describe.cpp", "there and back"),
    ("executors/aten/custom_nonlinearity executors/aten/equations executors/aten/linear executors/aten/resize "
     "executors/transparent/executor",
     "golden", "the reference's recorded numbers"),
    ("executors/aten/index_tensor", "unit/module/connectome_module.cpp", "cells and synapses that are picked by it"),
    ("executors/autograd_node", "unit/executors/gradients.cpp", "one for all executors"),
    ("executors/batched/convolution executors/batched/pointwise executors/batched/program executors/batched/time_loop",
     "unit/executors/scheduled.cpp", "parts of one executor, against the transparent one"),
    ("executors/connectome/device_lines executors/connectome/entries "
     "executors/connectome/planned executors/connectome/projection executors/connectome/recurrence "
     "executors/connectome/sparse_projection executors/connectome/transparent",
     "unit/module/connectome_module.cpp", "parts of the executors, against equations written out"),
    ("executors/device_kernels executors/uploaded", "unit/executors/emulated_kernels.cpp", "CUDA's kernels on the CPU"),
    ("executors/lent_tensor", "unit/executors/scheduled.cpp", "backward passes that outlive the module"),
    ("executors/changed_network executors/lay_out_states executors/noise_current executors/perturbation_rules "
     "executors/perturbed_states",
     "unit/executors/perturbed_run.cpp", "perturbations by step"),
    ("executors/planned/backward_convolutions executors/planned/backward_pass "
     "executors/planned/forward_pass executors/planned/image_buffers executors/planned/layout executors/planned/overrides "
     "executors/planned/planes executors/planned/saved_offsets",
     "unit/executors/scheduled.cpp", "parts of one executor, against the transparent one"),
    ("executors/planned/layouts executors/planned/packing executors/planned/ready_convolution",
     "unit/executors/planned/program.cpp", "laws of packing"),
    ("executors/sparse/device_order executors/sparse/index_of executors/sparse/network executors/sparse/phases",
     "unit/executors/sparse/run.cpp", "parts of one executor, against the transparent one"),
    ("executors/tensor_rules", "unit/executors/validation.cpp", "what refuses by them"),
    ("io/json_text", "end_to_end", "names that are no UTF-8"),
    ("io/pickle_machine", "unit/io/pickle.cpp", "what reads what it has built"),
    ("io/pytorch", "unit/io/pytorch_reader.cpp", "declares the reader and the writer"),
    ("io/pytorch_storages", "unit/io/pytorch_writer.cpp", "a list of names"),
    ("io/run_file", "unit/app/run_folder.cpp", "names of what lies in it"),
    ("io/safetensors_reader io/safetensors_writer", "unit/io/safetensors.cpp", "there and back"),
    ("kernels/cpu/*", "unit/kernels/cpu", "tables of kernels, each on every instruction set"),
    ("kernels/cuda/*", "unit/kernels/cuda", "kernels and what launches them, on the CPU"),
    ("kernels/winograd_weights numbers/winograd", "unit/kernels/cpu/winograd.cpp", "against direct convolutions"),
    ("module/connectome_data module/connectome_graph_checks module/connectome_layout module/connectome_model "
     "module/connectome_probes module/connectome_request_checks module/connectome_start",
     "unit/module/connectome_module.cpp", "parts of one module"),
    ("module/device", "unit/module/early_cuda", "how a GPU is found"),
    ("module/fingerprint", "unit/train/checkpoint.cpp", "what a checkpoint has to fit"),
    ("module/names module/option_traits module/probes module/recording", "unit/module/query.cpp", "what runs are asked by name"),
    ("module/probe_rules", "fail", "errors, each by a file that has it"),
    ("module/run_options module/run_stream", "unit/module/network_module.cpp", "parts of it"),
    ("module/trainable", "unit/train/trainer.cpp", "what it is given"),
    ("module/tensor_records", "unit/module/state_dict_file.cpp", "there and back"),
    ("new_project/main", "install", "the program of an installation"),
    ("numbers/mixed_bits numbers/split_mix_64", "unit/data/batches.cpp", "the generator's published numbers"),
    ("numbers/activation", "unit/kernels/pointwise_math.cpp", "names of what is computed there"),
    ("onnx/write", "exchange", "models that ONNX Runtime runs"),
    ("plan/connectome", "static/connectome_plans.cpp", "by the compiler"),
    ("plan/delays plan/facts", "static/facts.cpp", "by the compiler"),
    ("presets", "static/presets.cpp", "by the compiler"),
    ("run/connectome run/continuous run/options run/perturbation run/result run/run_length run/sequence run/values",
     "unit/run/request.cpp", "what is asked of a run and what it gives"),
    ("schedule/on_chip/fit schedule/on_chip/parameters", "static/on_chip.cpp", "by the compiler"),
    ("schedule/winograd", "static/schedule.cpp", "by the compiler"),
    ("schedule/work/work", "static/work.cpp", "by the compiler"),
    ("solve/adaptive_steps solve/adjoint solve/equation solve/failure solve/fixed_steps solve/options solve/pieces "
     "solve/record solve/step solve/walk",
     "unit/solve/solve.cpp", "equations with known solutions"),
    ("train/batch_loader train/evaluate train/evaluation_mode train/require_sound train/stopwatch train/training_log "
     "train/training_options", "unit/train/trainer.cpp", "parts of it"),
    ("train/carried_maps", "unit/workbench/spectrum.cpp", "what its steps are of"),
    ("train/checkpoint_pair train/named_json train/run_json", "unit/train/checkpoint.cpp", "parts of it"),
    ("train/log_json", "unit/train/run_text.cpp", "a part of it"),
    ("train/health_of_rates", "unit/train/health.cpp", "what it is of"),
    ("train/images_of", "unit/module/tensor_files.cpp", "batches of a set's images"),
    ("train/initialise train/initialise/balanced train/initialise/circuit_fit train/initialise/observed "
     "train/initialise/order train/loop_gain",
     "unit/train/initialise/initialise.cpp", "parts of it"),
    ("train/random train/repeated_work", "unit/train/step.cpp", "what a step is made of"),
    ("train/update_rule", "unit/train/optimiser.cpp", "rules, each by its equations"),
    ("view/gpu_text view/plan view/plan_picture", "unit/view/plan_text.cpp", "tables and picture of one plan"),
    ("workbench/balance_of_areas workbench/balance_of_cells workbench/balance_sums", "unit/workbench/balance.cpp", "parts of it"),
    ("workbench/cells", "unit/workbench/balance.cpp", "currents by cell type"),
    ("workbench/hdf5_handle workbench/hdf5_sink workbench/shown workbench/sinks", "unit/workbench/record.cpp",
     "recordings, read back"),
    ("workbench/hdf5_source workbench/sources", "unit/workbench/recording_file.cpp", "kinds of it"),
    ("workbench/histogram workbench/learning_curves workbench/rate_plots workbench/recorded_rates workbench/weight_plots",
     "unit/workbench/plots.cpp", "figures"),
    ("workbench/perturbation_text", "unit/workbench/named_parts.cpp", "a part of it"),
    ("workbench/probed_areas workbench/probed_cells workbench/probed_network", "unit/workbench/any_network.cpp", "what is behind it"),
    ("workbench/intervals workbench/outcome", "unit/workbench/effects.cpp", "what effects are made of"),
    ("workbench/run_json workbench/run_place", "unit/workbench/report.cpp", "files that it is made of"),
    ("workbench/selectivity", "unit/workbench/tuning.cpp", "one number of it"),
]

# Tests of no one source: patterns of names below tests/unit/, and what they are of instead.
OF_MORE = [
    ("main", "Catch2's, once for all programs"),
    ("circuit/mutations", "all readers of wirings, on files whose bytes are changed"),
    ("circuit/no_arrow", "circuit/arrow_rows in a program that doesn't find Arrow's library"),
    ("circuit/worm", "the wiring that ships with the examples"),
    ("executors/planned/counted_operations", "both passes; kernels/cpu/counted_operations counts what they compute"),
    ("executors/sparse/networks", "networks of the tests beside it"),
    ("io/safetensors_bad", "files that no reader of this format may load"),
    ("io/safetensors_interop", "reader and writer against Python's safetensors"),
    ("kernels/cpu/wide_kernels", "the executors' tests again, with kernels as wide as AVX-512's"),
    ("kernels/cuda/sized", "the kernels of kernels/cuda/sized/, and the threads that stand for a GPU's"),
    ("kernels/cuda/sized_compile", "the same kernels through NVRTC"),
    ("kernels/cuda/warp_products", "the warp instructions of kernels/cuda/host_block"),
    ("module/early_cuda/*", "the program that covers module/device, and the libraries that it finds"),
    ("schedule/costs", "counted operations against those that LibTorch sees called"),
    ("solve/golden_odes", "the solver on the networks recorded from the reference"),
    ("train/drawn_networks", "networks of the tests beside it"),
    ("train/initialise/alive", "the balanced initialisation of whole networks, as they run"),
    ("train/step_kernels", "a training step with CUDA's kernels, on the CPU"),
]


def stems(folder):
    return {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*") if path.suffix in ENDINGS}


def faults_of(root, covered=COVERED, of_more=OF_MORE):
    root = Path(root).resolve()
    sources = set().union(*(stems(root / folder) for folder in SOURCES))
    tests = {str(path.relative_to(root / TESTS).with_suffix("")) for path in (root / TESTS).rglob("*.cpp")}
    alone = sources - tests
    faults, needed = [], set()
    for patterns, test, _ in covered:
        place = root / "tests" / test
        if not place.is_file() and not (place.is_dir() and any(place.iterdir())):
            faults.append(f"mirror.py names tests/{test}, which is not there")
        for pattern in patterns.split():
            found = {source for source in alone if fnmatchcase(source, pattern)}
            if not found:
                faults.append(f"mirror.py lists {pattern}, but every such source has a test of its own, or is gone")
            needed |= found
    faults += [f"{source} has no test tests/unit/{source}.cpp; write one, or list in tests/structure/mirror.py which test covers it"
               for source in sorted(alone - needed)]
    left = tests - sources - {test.removeprefix("unit/").removesuffix(".cpp") for _, test, _ in covered}
    listed = set()
    for pattern, _ in of_more:
        found = {test for test in left if fnmatchcase(test, pattern)}
        if not found:
            faults.append(f"mirror.py lists the test {pattern}, which is gone, has a source of its name, or covers what is listed")
        listed |= found
    return faults + [f"tests/unit/{test}.cpp has the name of no source; give it one, or list in tests/structure/mirror.py what it is of"
                     for test in sorted(left - listed)]


if __name__ == "__main__":
    all_faults = faults_of(sys.argv[1])
    if all_faults:
        sys.exit("\n".join(all_faults))
