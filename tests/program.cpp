// What the program promises to whoever runs it, as tests: each runs it as a process, through the shell.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"

namespace {

// ---- Helpers

struct Result {
    int status;
    std::string out, err;
};

// A path, or any text, as one word for the shell.
std::string quoted(const std::string& text) {
#ifdef _WIN32
    return '"' + text + '"';
#else
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
    return word + "'";
#endif
}

// Runs a shell's command line in the folder.
Result shell(const Folder& folder, const std::string& command) {
    const std::string path = quoted(folder.path.string());
#ifdef _WIN32
    const std::string line = "cd /d " + path + " && " + command + " > out 2> err";
    const int status = std::system(line.c_str());
#else
    const std::string line = "cd " + path + " && { " + command + "; } > out 2> err";
    const int status = std::system(line.c_str()) >> 8;  // the exit status, as waitpid() has it
#endif
    return {status, folder.read("out"), folder.read("err")};
}

Result microgpt(const Folder& folder, const std::string& arguments = "", const std::string& program = PROGRAM) {
    return shell(folder, quoted(program) + " " + arguments);
}

// The output as the platform writes it: on Windows, text mode ends lines with \r\n, as Python's does.
std::string as_text(const std::string& text) {
#ifdef _WIN32
    std::string result;
    for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
    return result;
#else
    return text;
#endif
}

std::string expected_output() { return as_text(read_file(SOURCE_DIR "/tests/expected.txt")); }

bool is_one_line(const std::string& err) {
    return err.starts_with("microgpt: ") && std::count(err.begin(), err.end(), '\n') == 1 && err.ends_with('\n');
}

}  // namespace

TEST_CASE("It prints what microgpt.py prints, byte for byte", "[program]") {
    const Folder folder;
    const Result result = microgpt(folder, quoted(SOURCE_DIR "/data/names.txt"));
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    REQUIRE(expected_output().size() > 30000);
    CHECK((result.out == expected_output()));
}

TEST_CASE("With other constants, too, it prints what microgpt.py prints", "[program]") {
    const Folder folder;
    const std::string dataset = quoted(SOURCE_DIR "/data/names.txt");
    const Result wider = microgpt(folder, dataset, WIDER);  // n_layer 2, n_embd 24, ...
    CHECK(wider.status == 0);
    CHECK(wider.err.empty());
    CHECK((wider.out == as_text(read_file(SOURCE_DIR "/tests/expected-changed.txt"))));

    // learning_rate 1e200: what microgpt.py prints until it cannot choose a token, and then one line.
    const Result diverging = microgpt(folder, dataset, DIVERGING);
    CHECK(diverging.status == 1);
    CHECK(is_one_line(diverging.err));
    CHECK(contains(diverging.err, "learning_rate"));
    CHECK(diverging.out == as_text("num docs: 32178\nvocab size: 27\nnum params: 4192\n"
                                   "step    1 /    4 | loss 3.4874\rstep    2 /    4 | loss 3.2958\r"
                                   "step    3 /    4 | loss nan\rstep    4 /    4 | loss nan\r\n"
                                   "--- inference (new, hallucinated names) ---\n"));
}

TEST_CASE("Without an argument it takes input.txt, else data/names.txt, else says how to get one", "[program]") {
    const Folder folder;
    const Result nothing = microgpt(folder);
    CHECK(nothing.status == 1);
    CHECK(nothing.out.empty());
    CHECK(is_one_line(nothing.err));
    CHECK(contains(nothing.err,
                   "curl -o input.txt https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"));

    fs::create_directory(folder.path / "data");
    folder.write("data/names.txt", "anna\nbob\n");
    CHECK(contains(microgpt(folder).out, "num docs: 2\n"));
    folder.write("input.txt", "anna\n");
    const Result input = microgpt(folder);
    CHECK(contains(input.out, "num docs: 1\n"));
    CHECK(input.status == 0);
    CHECK(contains(microgpt(folder, "data/names.txt").out, "num docs: 2\n"));
}

TEST_CASE("The help option says what it does", "[program]") {
    const Folder folder;
    for (const std::string option : {"-h", "--help"}) {
        const Result result = microgpt(folder, option);
        CHECK(result.status == 0);
        CHECK(result.out.starts_with("usage: microgpt [DATASET]"));
        CHECK(result.err.empty());
    }
}

TEST_CASE("A wrong command line is status 2", "[program]") {
    const Folder folder;
    folder.write("a.txt", "a\n");
    for (const std::string arguments : {"--steps", "-x", "-", "a.txt a.txt", "--help a.txt", "a.txt --help"}) {
        CAPTURE(arguments);
        const Result result = microgpt(folder, arguments);
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK(is_one_line(result.err));
    }
}

TEST_CASE("A dataset that cannot be used is status 1, one line, and no output", "[program]") {
    const Folder folder;
    folder.write("empty.txt", "");
    folder.write("blank.txt", " \n\t\r\n");
    folder.write("latin1.txt", "anna\nzo\xEB\n");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"missing.txt", "cannot read missing.txt"},
        {".", "cannot read ."},
        {"\"\"", "cannot read "},
        {"empty.txt", "no documents in empty.txt"},
        {"blank.txt", "no documents in blank.txt"},
        {"latin1.txt", "latin1.txt:2: not UTF-8"},
    };
    for (const auto& [argument, message] : cases) {
        CAPTURE(argument);
        const Result result = microgpt(folder, argument);
        CHECK(result.status == 1);
        CHECK(result.out.empty());
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, message));
    }
}

TEST_CASE("Characters of every kind come out as they went in", "[program]") {
    const Folder folder;
    folder.write("one.txt", std::string("\0\n", 2));  // one document, one character, and that is a 0
    const Result zero = microgpt(folder, "one.txt");
    CHECK(zero.status == 0);
    CHECK(contains(zero.out, "num docs: 1\nvocab size: 2\nnum params: 3392\n"));
    CHECK((zero.out.ends_with(as_text(std::string("sample 20: \0\n", 13)))));
    folder.write("han.txt", "\xE6\xBC\xA2\n");
    CHECK(microgpt(folder, "han.txt").out.ends_with(as_text("sample 20: \xE6\xBC\xA2\n")));
}

TEST_CASE("Long documents and large vocabularies are no trouble", "[program]") {
    const Folder folder;
    folder.write("long.txt", std::string(1000000, 'a'));
    const Result result = microgpt(folder, "long.txt");
    CHECK(result.status == 0);
    CHECK(result.out.ends_with(as_text("sample 20: aaaaaaaaaaaaaaaa\n")));
}

#ifndef _WIN32

TEST_CASE("Output that cannot be written is an error", "[program]") {
    const Folder folder;
    folder.write("a.txt", "a\n");
    for (const std::string arguments : {"a.txt", "--help"}) {
        for (const std::string redirection : {" > /dev/full", " >&-"}) {
            CAPTURE(arguments, redirection);
            if (redirection == " > /dev/full" && !fs::exists("/dev/full")) continue;  // macOS has none
            const Result result = microgpt(folder, arguments + redirection);
            CHECK(result.status == 1);
            CHECK(is_one_line(result.err));
            CHECK(contains(result.err, "cannot write the output"));
        }
    }
}

TEST_CASE("A file without read permission is an error", "[program]") {
    const Folder folder;
    fs::permissions(fs::path(folder.write("secret.txt", "a\n")), fs::perms::none);
    // root may read everything, so the program is run as nobody then, from where nobody can reach it
    fs::copy_file(PROGRAM, folder.path / "microgpt");
    const std::string as_nobody = "if [ $(id -u) = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups ";
    const Result result = shell(folder, as_nobody + "./microgpt secret.txt; else ./microgpt secret.txt; fi");
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    CHECK(contains(result.err, "cannot read secret.txt"));
}

TEST_CASE("Progress shows as it happens, and Ctrl-C ends it at once, with the usual status", "[program]") {
    const Folder folder;
    folder.write("a.txt", "a\n");
    const std::string command = "(sleep 0.5; kill -INT $$) & exec " + quoted(ENDLESS) + " a.txt";  // 10^9 steps
    const auto start = std::chrono::steady_clock::now();
    const Result result = shell(folder, "sh -c " + quoted(command));
    CHECK(result.status == 128 + 2);  // as a shell reports an end by SIGINT
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    CHECK(contains(result.out, "\nstep    1 / 1000000000 | loss 0."));
    CHECK(result.out.ends_with('\r'));  // every step was written when it was done, nothing was lost
}

#endif
