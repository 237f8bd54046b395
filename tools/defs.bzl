"""Macros and rules that several packages need. Three users each, at least."""

def _fuzz_test_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, """#!/bin/sh
# Failing inputs are kept with the test's outputs, and so is the corpus that was found.
kept=${TEST_UNDECLARED_OUTPUTS_DIR:-${TEST_TMPDIR:?}}
binary=$PWD/%s
cd "%s" && exec "$binary" -test.run='^$' -test.fuzz='^%s$' -test.fuzztime=%ds -test.fuzzminimizetime=20x \\
    -test.parallel=1 -test.timeout=10m -test.fuzzcachedir="$kept/corpus" "$@"
""" % (ctx.executable.test.short_path, ctx.label.package, ctx.attr.target, ctx.attr.seconds), is_executable = True)
    runfiles = ctx.attr.test[DefaultInfo].default_runfiles
    return [DefaultInfo(executable = script, runfiles = runfiles.merge(ctx.runfiles(files = [ctx.executable.test])))]

_fuzz_test = rule(
    implementation = _fuzz_test_impl,
    attrs = {
        "seconds": attr.int(default = 60),
        "target": attr.string(mandatory = True),
        "test": attr.label(mandatory = True, executable = True, cfg = "target"),
    },
    test = True,
)

def fuzz_tests(test, targets):
    """Runs fuzz targets of a go_test for a minute each, from the seeds in its testdata.

    The go_test needs gc_goopts = ["-d=libfuzzer"], which counts the branches that the fuzzer looks for, and embed.

    Args:
      test: the go_test
      targets: names of its fuzz targets
    """
    for target in targets:
        _fuzz_test(
            name = target.removeprefix("Fuzz").lower() + "_fuzz_test",
            size = "medium",
            tags = ["no-sandbox"],  # the folder of seeds is where a finding is written
            target = target,
            test = test,
        )
