"""Runs every mutant of cargo-mutants on the tests that reach it, quickest first, until one fails.

All mutants are compiled at once (schemata.py), because compiling each one alone would take a day. First, each test runs
alone without a mutant, to record how long it takes and which mutants it reaches. A mutant that no test reaches is
missed.

Mutants of the build (`build/`) are also switched on in the build script: one is caught if the script fails, or if its
output is not the checked-in code. Outcomes are written to target/mutants/code.json. The exit code is 1 if fewer than
nine in ten mutants are caught.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import schemata

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target/mutants"
TREE = WORK / "tree"
# Crate roots that get the module `mutant`.
CRATES = ["src/lib.rs", "build.rs", "tests/contract/main.rs", "cli/src/main.rs"]
PACKAGES = ["watsi", "watsi-cli"]
# An infinite loop must not use up the machine's memory.
MEMORY = 8 << 30
# Mutants that no test can catch: a pattern for the name, and the reason.
EQUIVALENT = [
    (r"src/client/.* Client::builder .* with Default", "the default of a builder is a new builder"),
    (r"src/client/.* && with \|\| in http_client", "not compiled with the feature `rustls`"),
    (r"src/http/telemetry.* Span::(start|around)", "not compiled with the feature `tracing`"),
    (r"src/error/display.* > with >= in .*Display for Error", "before the first attempt, the outcome is never unknown"),
    (r"src/pagination/cursor.* < with .* in Cursor::take", "saves only the time to remember an id and forget it again"),
    (r"src/pagination/cursor.* && with \|\| in Cursor::take", "as above: what is remembered needlessly is forgotten"),
    (r"src/pagination/stream.* Returned::clear", "saves only memory"),
    (r"src/conformance/har/source.rs.* > with >= in Source.*consume", "saves only a second pass over a long line"),
    (r"duplicate_keys.rs.* in (colons|properties)$", "decides only about a slower search"),
    (r"duplicate_keys.rs.* (colons -> usize with 0|properties -> usize)", "decides only about a slower search"),
    (r"src/conformance/.* Visitor<'de> for \w+.*::expecting ", "for values of other types, and all are accepted"),
    (r"src/webhook/receiver/service.rs.* with Poll::from\(Ok", "the same value"),
    (r"src/properties.rs", "test code"),
]
# The compiler rejects the switch itself, in a constant.
IN_CONSTANT = "E0015"


def run(*command, cwd=ROOT, **options):
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, **options).stdout


def listed(folder, *arguments):
    return json.loads(run("cargo", "mutants", "--list", "--json", "--dir", folder, *arguments))


def mutants_of_the_build():
    """Returns the mutants of the build script's modules, which cargo-mutants does not list."""
    package = WORK / "build"
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    (package / "Cargo.toml").write_text('[package]\nname = "build"\n[lib]\npath = "build/mod.rs"\n[workspace]\n')
    shutil.copytree(ROOT / "build", package / "build")
    return listed(package)


def all_mutants(prefixes):
    mutants = listed(ROOT, "--package", "watsi", "--package", "watsi-cli", "--features", "watsi/full")
    # The validator shares a module with the build.
    mutants = [it for it in mutants if ".." not in it["file"]] + mutants_of_the_build()
    return {
        number: mutant
        for number, mutant in enumerate(mutants)
        if not prefixes or mutant["file"].startswith(tuple(prefixes))
    }


class Tree:
    """A copy of the project that contains all mutants."""

    def __init__(self, mutants):
        self.mutants = mutants
        self.unsupported = {}
        TREE.mkdir(parents=True, exist_ok=True)
        self.env = os.environ | {"CARGO_TARGET_DIR": str(WORK / "target"), "CARGO_INCREMENTAL": "1"}
        for profile in ("DEV", "TEST"):
            self.env |= {f"CARGO_PROFILE_{profile}_DEBUG": "0", f"CARGO_PROFILE_{profile}_OPT_LEVEL": "1"}
        self.instrumented = {it["file"] for it in mutants.values()} | set(CRATES)
        listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        for name in set(listed.decode().split("\0")) - self.instrumented:
            if (ROOT / name).is_file():
                copy(ROOT / name, TREE / name)

    def build(self):
        """Instruments the files until the compiler rejects no mutant. Returns the messages of cargo."""
        while True:
            self.instrument()
            command = ["cargo", "test", "--no-run", "--message-format", "json", "--features", "watsi/full"]
            command += [part for name in PACKAGES for part in ("--package", name)]
            built = subprocess.run(command, cwd=TREE, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith(b"{")]
            if built.returncode == 0:
                return messages
            rejected = self.rejected(messages)
            print(f"{len(rejected)} mutants do not compile", file=sys.stderr, flush=True)
            if not rejected:
                shown = [it["message"]["rendered"] for it in messages if it["reason"] == "compiler-message"]
                sys.exit("\n".join(it for it in shown if it.startswith("error")) + built.stderr.decode())
            self.unsupported |= rejected

    def instrument(self):
        switched = defaultdict(dict)
        for number, mutant in self.mutants.items():
            if number not in self.unsupported:
                switched[mutant["file"]][number] = mutant
        for file in self.instrumented:
            source = (ROOT / file).read_text()
            text, unsupported = schemata.instrument(source, switched[file])
            self.unsupported |= unsupported
            write(TREE / file, text + schemata.MODULE if file in CRATES else text)

    def rejected(self, messages):
        errors = defaultdict(list)
        for message in messages:
            if message["reason"] != "compiler-message" or message["message"]["level"] != "error":
                continue
            for span in message["message"]["spans"]:
                if span["is_primary"]:
                    file = os.path.normpath(span["file_name"])
                    code = (message["message"]["code"] or {}).get("code", "")
                    what = f"{code} {message['message']['message']}"
                    errors[file].append((span["byte_start"], span["byte_end"], what))
        found = {}
        for file, of_file in errors.items():
            path = TREE / file
            if path.is_file():
                found |= schemata.rejected(path.read_bytes(), of_file)
        return found


# Both write a file only if it changes, so that cargo does not build it again.
def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_file() or target.read_bytes() != source.read_bytes():
        shutil.copy(source, target)


class Suite:
    """All tests, with their times and the mutants that they reach."""

    def __init__(self, messages):
        self.programs = {}
        self.script = self.output = None
        for it in messages:
            ours = "path+file" in it.get("package_id", "")
            if ours and it["reason"] == "build-script-executed":
                self.output = Path(it["out_dir"])
            elif ours and it["reason"] == "compiler-artifact" and it["target"]["kind"] == ["custom-build"]:
                self.script = next(name for name in it["filenames"] if "build-script-build" in name)
            elif it.get("executable") and it["profile"]["test"]:
                self.programs[it["executable"]] = Path(it["manifest_path"]).parent
        self.reached = defaultdict(list)  # mutant: the tests that reach it
        self.seconds = {}
        self.failing = []

    def measure(self):
        tests = []
        for program, folder in self.programs.items():
            names = run(program, "--list", "--format", "terse", cwd=folder).decode().splitlines()
            tests += [(program, name.removesuffix(": test")) for name in names if name.endswith(": test")]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.measure_one, tests))
        for of_mutant in self.reached.values():
            of_mutant.sort(key=self.seconds.get)

    def measure_one(self, test):
        program, name = test
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "reached")
            before = time.monotonic()
            passed = self.passes(program, [name], 300, MUTANTS_REACHED=str(log))
            self.seconds[test] = time.monotonic() - before
            if not passed:
                self.failing.append(name)
            elif log.exists():
                for number in set(log.read_text().split()):
                    self.reached[int(number)].append(test)

    def passes(self, program, names, timeout, **env):
        command = [program, "--exact", "--test-threads", "1", *names]
        return succeeds(command, self.programs[program], timeout, {"INSTA_UPDATE": "no"} | env)

    def kills(self, number, mutant):
        """Returns the test, or one of the tests, that catches the mutant, or None."""
        if mutant["file"].startswith("build") and (how := self.build_kills(number)):
            return how
        tests = self.reached[number]
        size = 1
        while tests:
            chunk, tests = tests[:size], tests[size:]
            size *= 3
            by_program = defaultdict(list)
            for test in chunk:
                by_program[test[0]].append(test)
            for program, of_program in by_program.items():
                timeout = 20 + 10 * sum(map(self.seconds.get, of_program))
                names = [name for _, name in of_program]
                if not self.passes(program, names, timeout, MUTANT=str(number)):
                    return names[0] if len(names) == 1 else f"one of {names}"
        return None

    def build_kills(self, number):
        with tempfile.TemporaryDirectory() as folder:
            env = {"OUT_DIR": folder, "MUTANT": str(number), "CARGO_FEATURE_GENERATE": "1"}
            if not succeeds([self.script], TREE, 60, env):
                return "the build fails"
            for name in ("types.rs", "operations.rs", "events.rs", "contract.json"):
                if Path(folder, name).read_bytes() != (self.output / name).read_bytes():
                    return f"{name} is not up to date"
        return None


def succeeds(command, folder, timeout, env):
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | env, preexec_fn=limit, start_new_session=True, **quiet
    )
    try:
        return process.wait(timeout) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        # Also ends the programs that a test started.
        try:
            os.killpg(process.pid, 9)
        except ProcessLookupError:
            pass
        process.wait()


def main():
    mutants = all_mutants(sys.argv[1:])
    tree = Tree(mutants)
    suite = Suite(tree.build())
    print(f"{len(mutants)} mutants, of which {len(tree.unsupported)} are rejected or not run", flush=True)
    suite.measure()
    print(f"{len(suite.seconds)} tests, without a mutant fail: {suite.failing}", flush=True)

    outcomes = {number: f"{without_run(reason)}: {reason}" for number, reason in tree.unsupported.items()}
    open_ = [number for number in mutants if number not in outcomes]

    def decide(number):
        how = suite.kills(number, mutants[number])
        outcome = f"caught: {how}" if how else uncaught(mutants[number]["name"], suite.reached[number])
        outcomes[number] = outcome
        if not how:
            print(f"{outcome}  {mutants[number]['name']}", flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(decide, open_))
    report = [mutant["name"] + " -> " + outcomes[number] for number, mutant in mutants.items()]
    (WORK / "code.json").write_text(json.dumps(report, indent=0))
    tally = defaultdict(Counter)
    for number, mutant in mutants.items():
        for module in ("/".join(mutant["file"].split("/")[:2]), "all"):
            tally[module][outcomes[number].split(":")[0]] += 1
    kinds = ["caught", "missed", "equivalent", "not run", "rejected"]
    print("| module | " + " | ".join(kinds) + " |\n" + "|---" * (len(kinds) + 1) + "|")
    for module, counts in sorted(tally.items()):
        print(f"| {module} | " + " | ".join(str(counts[kind]) for kind in kinds) + " |")
    viable = sum(tally["all"][kind] for kind in kinds[:4])
    share = tally["all"]["caught"] / max(viable, 1)
    print(f"\n{share:.1%} of the {viable} mutants that compile are caught")
    sys.exit(share < 0.9)


def without_run(reason):
    """Returns whether a mutant is rejected by the compiler, or is not run because it cannot be switched on."""
    rejected = re.match(r"E\d+ |unviable: ", reason) and not reason.startswith(IN_CONSTANT)
    return "rejected" if rejected else "not run"


def uncaught(name, tests):
    for pattern, reason in EQUIVALENT:
        if re.search(pattern, name):
            return f"equivalent: {reason}"
    return "missed" if tests else "missed: not reached"


main()
