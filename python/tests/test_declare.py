"""From text to classes: which struct, which errors, what is compiled and when."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import cortexpr
from cortexpr import compiler
from cortexpr.declaration import structs_in
from conftest import DIGITS, PAIR


def counted_compiler(folder: Path) -> tuple[Path, Path]:
    """A compiler that notes each call in a file."""
    calls, program = folder / "calls", folder / "counted"
    program.write_text(f'#!/bin/sh\necho call >>"{calls}"\nexec {" ".join(compiler.find_compiler())} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program, calls


def test_last_classifier_or_network_is_declared():
    assert cortexpr.declare(DIGITS).__name__ == "Digits"
    assert cortexpr.declare(PAIR).__name__ == "Pair"
    assert cortexpr.declare(DIGITS, name="V1").__name__ == "V1"
    assert cortexpr.declare(DIGITS.rsplit("struct Digits", 1)[0]).__name__ == "V1"


def test_structs_are_found_as_a_compiler_reads_them():
    text = """
    // struct Comment : E {};
    /* struct Block : E {}; */
    #define MACRO struct Macro : E {};
    const char* text = "struct Text : E {};";
    namespace a::b { struct Inner final : E { struct Nested : E {}; }; namespace { class Unnamed : E {}; } }
    template <int N> struct Template : excitatory<N> {};
    struct Forward;
    struct Plain { int member; };
    struct Outer : E {};
    struct [[maybe_unused]] [[nodiscard]] Marked : E {};
    """
    assert structs_in(text) == ["a::b::Inner", "a::b::Unnamed", "Outer", "Marked"]


def test_the_last_semicolon_may_be_left_out():
    assert cortexpr.declare(DIGITS.rstrip().rstrip(";")).__name__ == "Digits"


def test_what_the_environment_says_wrongly(monkeypatch, tmp_path):
    monkeypatch.setenv("CORTEXPR_CXX", 'g++ "')
    with pytest.raises(cortexpr.DeclarationError, match="CORTEXPR_CXX is no command: No closing quotation"):
        cortexpr.declare(DIGITS + "// anew")
    monkeypatch.delenv("CORTEXPR_CXX")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CORTEXPR_CACHE", "~/declared here")
    cortexpr.declare(DIGITS)
    assert list((tmp_path / "declared here").rglob("*.so"))
    with pytest.raises(cortexpr.DeclarationError, match="no text that can be written as UTF-8"):
        cortexpr.declare("\udc80" + DIGITS)


def test_wrong_wiring_is_the_rules_sentence_with_the_line_marked():
    bad = DIGITS.replace("from<I, 1, 1, 0>", "from<I, 0, 0, 0>")
    with pytest.raises(cortexpr.WiringError) as caught:
        cortexpr.declare(bad)
    error = caught.value
    assert error.rule == "A22" and error.subject == "I" and error.line == 4
    first, rest = str(error).split("\n\n")
    assert first == ("[cortexpr A22] this neuron type reaches neither the output nor any type that does; connect it, or "
                     "remove it (I)")
    assert "> 4 | struct V1 : area<input<1, 8, 8>, neurons<E, I>," in rest.splitlines()
    assert "static assertion failed" in error.output


@pytest.mark.parametrize(("wrong", "line", "says"), [
    (("hidden<16>", "hiden<16>"), 6, "hiden"),
    (("excitatory<4> {};", "excitatory<4> {}"), 2, "expected ';'"),
])
def test_what_is_no_cpp_is_the_compilers_first_error(wrong, line, says):
    with pytest.raises(cortexpr.DeclarationError, match=says) as caught:
        cortexpr.declare(DIGITS.replace(*wrong))
    assert not isinstance(caught.value, cortexpr.WiringError)
    assert caught.value.line == line and f"> {line} | " in str(caught.value)


def test_a_rule_about_a_struct_marks_it():
    for old, new, rule in (("excitatory<4>", "excitatory<4, tau<tau_mode::per_type, 0.5>>", "N11"), ("excitatory<4>", "excitatory<0>", "N08")):
        with pytest.raises(cortexpr.WiringError) as caught:
            cortexpr.declare(DIGITS.replace(old, new))
        assert caught.value.rule == rule and caught.value.line == 2
        assert "> 2 | struct E" in str(caught.value)


@pytest.mark.parametrize(("old", "new", "says"), [
    ("excitatory<4>", "excitatory<4, activation::relu>", "a neuron type's nonlinearity is given as nonlinearity<activation::relu>"),
    ("excitatory<4>", "excitatory<4, relu>", "a nonlinearity has its full name, activation::relu"),
    ("excitatory<4>", "excitatory<4, tau<2.0>>", "a time constant is given with what shares it: tau<tau_mode::per_type, 2.0>"),
    ("excitatory<4>", "excitatory", "the number of subtypes is missing: excitatory<16>"),
    ("from<E, 1, 1, 1>", "from<E, {.groups = 2}, 1, 1, 1>", "what an edge has is given as edge{.groups = 2}"),
    ("classes<10>", "10", "the number of classes is given as classes<10>"),
    ("\nstruct E", "#include <cortexpr/app.hpp>\nstruct E", "leave out the #include of cortexpr/app.hpp, and main()"),
    ("\nstruct E", "#include <cortexpr/module/model.hpp>\nstruct E", "cortexpr/module/model.hpp is for programs with LibTorch"),
    ("pool_mode::max>> {};", "pool_mode::max>> {};\nint main() { return cortexpr::app<Digits>(0, nullptr); }", "leave out main()"),
])
def test_common_slips_are_told(monkeypatch, old, new, says):
    assert DIGITS.count(old) == 1
    with pytest.raises(cortexpr.DeclarationError) as caught:
        cortexpr.declare(DIGITS.replace(old, new))
    assert says in str(caught.value).split("\n\n")[0] and "> " in str(caught.value)


def test_other_compilers_say_the_same(monkeypatch):
    if not any(os.access(Path(folder, "clang++-19"), os.X_OK) for folder in os.environ["PATH"].split(":")):
        pytest.skip("no clang++-19 here")
    monkeypatch.setenv("CORTEXPR_CXX", "clang++-19")
    assert cortexpr.declare(DIGITS).__name__ == "Digits"
    with pytest.raises(cortexpr.WiringError) as caught:
        cortexpr.declare(DIGITS.replace("from<E, 1, 1, 1>", "from<E, 1, 1>"))
    assert (caught.value.rule, caught.value.subject, caught.value.line) == ("A15", "E, 2, 3", 4)


@pytest.mark.parametrize(("text", "name", "says"), [
    ("int x;", None, "no struct that derives"),
    ("struct E : excitatory<16> {};", None, "neither a classifier nor a network nor a connectome nor an area"),
    (DIGITS, "Other", "no struct Other"),
    (DIGITS, "E", "E is no area, network, connectome or classifier; those that are declared: V1, Digits"),
])
def test_text_without_a_network_is_refused(text, name, says):
    with pytest.raises(cortexpr.DeclarationError, match=says):
        cortexpr.declare(text, name)


def test_without_a_compiler_a_sentence_says_what_to_do(monkeypatch):
    for variable in ("CORTEXPR_CXX", "CXX"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(cortexpr.DeclarationError, match="install one .* or load what was compiled elsewhere"):
        cortexpr.declare(DIGITS)
    monkeypatch.setenv("CORTEXPR_CXX", "no-such-compiler")
    with pytest.raises(cortexpr.DeclarationError, match="CORTEXPR_CXX names the compiler no-such-compiler"):
        cortexpr.declare(DIGITS)


def test_a_compiler_that_is_too_old_says_so(monkeypatch, tmp_path):
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\nexec g++ -D__GNUC__=11 -Wno-builtin-macro-redefined "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("CORTEXPR_CXX", str(old))
    with pytest.raises(cortexpr.DeclarationError) as caught:
        cortexpr.declare(DIGITS)
    assert str(caught.value) == "cortexpr needs GCC 12 or later (or Clang 18)"


def test_the_cache_knows_compiler_and_text(monkeypatch, tmp_path):
    program, calls = counted_compiler(tmp_path)
    monkeypatch.setenv("CORTEXPR_CXX", str(program))
    monkeypatch.setenv("CORTEXPR_CACHE", str(tmp_path / "cache"))
    count = lambda: len(calls.read_text().splitlines())  # noqa: E731
    cortexpr.declare(DIGITS)
    cortexpr.declare(DIGITS)
    assert count() == 1
    cortexpr.declare(DIGITS.replace("excitatory<4>", "excitatory<8>"))
    assert count() == 2
    with pytest.raises(cortexpr.WiringError):
        cortexpr.declare(DIGITS.replace("classes<10>", "classes<1>"))
    kept = list((tmp_path / "cache" / "declared").iterdir())
    assert len(kept) == 2 and all(one.suffix == ".so" for one in kept)  # nothing half-made, nothing of what failed
    program.write_text(program.read_text() + "\n")
    cortexpr.declare(DIGITS)
    assert count() == 4


def test_a_cache_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CORTEXPR_CACHE", str(tmp_path / "file"))
    with pytest.raises(cortexpr.FileError, match="can't be written: .*CORTEXPR_CACHE"):
        cortexpr.declare(DIGITS)


def test_many_processes_may_declare_the_same(tmp_path):
    script = f"import cortexpr; print(cortexpr.declare({DIGITS!r})(seed=1).parameter('tau_of(V1.E)').sum().item())"
    environment = {**os.environ, "CORTEXPR_CACHE": str(tmp_path)}
    started = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) for _ in range(2)]
    said = {one.communicate()[0] for one in started}
    assert len(said) == 1 and all(one.returncode == 0 for one in started)


def test_compiled_elsewhere_needs_no_compiler(tmp_path, images, monkeypatch):
    library = tmp_path / "digits.so"
    cortexpr.compile(DIGITS, library)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CXX", raising=False)
    Digits = cortexpr.load(library)
    assert Digits(seed=1)(images, steps=2).shape == (6, 10)
    assert cortexpr.load(library, "V1").__name__ == "V1"


def test_libraries_that_were_cut_short_are_refused_or_made_anew(tmp_path, monkeypatch):
    library = tmp_path / "digits.so"
    cortexpr.compile(DIGITS, library)
    whole = library.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for content in (*(whole[:size] for size in (0, 10, 100, len(whole) // 2, len(whole) - 1)), bytes(len(whole)), bytes(flipped)):
        library.write_bytes(content)
        with pytest.raises(cortexpr.FileError, match="cut short"):
            cortexpr.load(library)
    monkeypatch.setenv("CORTEXPR_CACHE", str(tmp_path / "cache"))
    cortexpr.declare(DIGITS)
    cached, = (tmp_path / "cache" / "declared").glob("*.so")
    whole = cached.read_bytes()
    for content in (whole[: len(whole) // 2], bytes(len(whole)), bytes(flipped), whole[:-48]):
        cached.write_bytes(content)
        cortexpr.declare(DIGITS)
        assert cached.read_bytes() == whole
    assert list(cached.parent.iterdir()) == [cached]
    cached.unlink()
    cached.mkdir()
    with pytest.raises(cortexpr.FileError, match="can't be written: Is a directory"):
        cortexpr.declare(DIGITS)
    with pytest.raises(cortexpr.FileError, match="can't be read: Is a directory"):
        cortexpr.load(cached)


def test_a_library_that_was_compiled_anew_is_the_new_one(tmp_path, images):
    library = tmp_path / "digits.so"
    custom = """
        struct Scaled {{
            static constexpr bool can_be_negative = false;
            template <class Real> static constexpr Real value(Real x) {{ return x > 0 ? {0} * x : 0; }}
            template <class Real> static constexpr Real slope(Real x) {{ return x > 0 ? {0} : 0; }}
        }};
        struct E : excitatory<2, nonlinearity<custom<Scaled>>> {{}};
        struct V1 : area<input<1, 8, 8>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 0, 1>>, output<1>> {{}};"""
    cortexpr.compile(DIGITS, library)
    first = cortexpr.load(library)(seed=0).eval()
    before = first(images, 2)
    found = []
    for factor in (1, 2):
        cortexpr.compile(custom.format(factor), library)
        found.append(cortexpr.load(library)(seed=0))
    states = [net.run(images, 1, record=["E"])["E"] for net in found]
    torch.testing.assert_close(2 * states[0], states[1])
    cortexpr.compile(DIGITS.replace("classes<10>", "classes<3>"), tmp_path / "other.so")
    library.write_bytes((tmp_path / "other.so").read_bytes())  # in place, as cp does
    assert cortexpr.load(library)(seed=0)(images, 2).shape == (6, 3)
    assert torch.equal(first(images, 2), before) and torch.equal(found[0].run(images, 1, record=["E"])["E"], states[0])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["digits.so", "other.so"]


@pytest.mark.parametrize("compiler_", ["true", "echo", "g++ -fsyntax-only", "g++ -c"])
def test_a_compiler_that_makes_no_library_is_named(monkeypatch, tmp_path, compiler_):
    monkeypatch.setenv("CORTEXPR_CXX", compiler_)
    monkeypatch.setenv("CORTEXPR_CACHE", str(tmp_path))
    with pytest.raises(cortexpr.DeclarationError, match=f"the compiler {re.escape(compiler_)} ended without a fault, but made no"):
        cortexpr.declare(DIGITS)
    assert not list((tmp_path / "declared").iterdir())


def test_texts_of_editors_and_paths_without_an_end(Digits, tmp_path):
    assert cortexpr.declare("\ufeff" + DIGITS) is Digits
    (tmp_path / "digits.json").write_text("\ufeff" + Digits._plan.to_json(), encoding="utf-8")
    assert cortexpr.from_json(tmp_path / "digits.json") is Digits
    for act in (lambda: cortexpr.load(f"{tmp_path}/a\0b.so"), lambda: cortexpr.compile(DIGITS, f"{tmp_path}/a\0b.so")):
        with pytest.raises(cortexpr.UsageError, match="a path has no 0 in it"):
            act()


def test_libraries_of_something_else_are_refused(tmp_path):
    with pytest.raises(cortexpr.FileError, match="missing.so: can't be read: No such file"):
        cortexpr.load(tmp_path / "missing.so")
    foreign = tmp_path / "foreign.so"
    subprocess.run([*compiler.find_compiler(), "-shared", "-fPIC", "-x", "c++", "-", "-o", foreign], input=b"int x;", check=True)
    with pytest.raises(cortexpr.FileError, match="holds no declarations"):
        cortexpr.load(foreign)
    other = tmp_path / "other.so"
    source = compiler.source_of(DIGITS, ["Digits"]).replace(
        "CORTEXPR_DECLARED(Digits);", 'extern "C" __attribute__((visibility("default"))) const declared::library* '
        "cortexpr_declared() { static declared::library all = declared::library_of<Digits>(); all.compiled.sizes[0] += 8; "
        "return &all; }")
    compiler.compile_to(other, compiler.find_compiler(), source, DIGITS)
    with pytest.raises(cortexpr.FileError, match="headers of another cortexpr"):
        cortexpr.load(other)


def test_json_declares_the_same_network(Digits, Pair, tmp_path, images):
    for network in (Digits, Pair):
        assert cortexpr.from_json(network.describe()) is network
    path = tmp_path / "digits.json"
    path.write_text(Digits._plan.to_json())
    assert cortexpr.from_json(path) is Digits
    assert "struct Digits : classifier" in Digits.to_cpp()
    assert cortexpr.declare(Digits.to_cpp()) is Digits
    assert Digits.input_shape == (1, 8, 8) and Digits.classes == 10 and Pair.classes == 0
    assert "V1" in Digits.summary(5)


def test_descriptions_that_break_rules_are_refused(Digits, tmp_path):
    description = Digits.describe()
    description["readout"]["classes"] = 1
    with pytest.raises(cortexpr.UsageError, match="/readout"):
        cortexpr.from_json(description)
    with pytest.raises(cortexpr.UsageError, match="no JSON"):
        cortexpr.from_json("{")
    with pytest.raises(cortexpr.FileError, match="missing.json: can't be read: No such file"):
        cortexpr.from_json(tmp_path / "missing.json")


def test_a_nonlinearity_of_the_users_own_is_compiled():
    text = """
    struct Squared {
        static constexpr bool can_be_negative = false;
        template <class Real> static constexpr Real value(Real x) { return x * x; }
        template <class Real> static constexpr Real slope(Real x) { return 2 * x; }
    };
    struct E : excitatory<2, nonlinearity<custom<Squared>>> {};
    struct V1 : area<input<1, 3, 3>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 0, 1>>, output<1>> {};
    """
    net = cortexpr.declare(text)(seed=1, dtype=torch.float64)
    images = torch.rand(2, 1, 3, 3, dtype=torch.float64)
    weight, bias = net.parameter("weight_of(stimulus->E)"), net.parameter("bias_of(stimulus->E)")
    drive = torch.nn.functional.conv2d(images, weight, bias, padding=1)
    state = net.run(images, 1, record=["E"])["E"][:, 0]
    torch.testing.assert_close(state, drive.square() / net.parameter("tau_of(E)"))


def test_the_notebooks_magic_declares(images):
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    shell.run_line_magic("load_ext", "cortexpr")
    shell.run_cell_magic("cortexpr", "", DIGITS)
    assert shell.user_ns["Digits"](seed=0)(images, steps=1).shape == (6, 10)
    shell.run_cell_magic("cortexpr", "V1", DIGITS)
    assert shell.user_ns["V1"].__name__ == "V1"
    shell.user_ns.pop("Digits")
    shell.run_cell_magic("cortexpr", "# the last one", DIGITS)
    assert shell.user_ns["Digits"].__name__ == "Digits"
    assert "Declares the cell's network" in shell.find_cell_magic("cortexpr").__doc__
