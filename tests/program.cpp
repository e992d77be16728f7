// What the program promises to whoever runs it, as tests: each runs it as a process, through the shell.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <sstream>
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

// Whether this is all that a person should see of an error: one line, and nothing of C++.
bool is_one_line(const std::string& err) {
    return err.starts_with("microgpt: ") && std::count(err.begin(), err.end(), '\n') == 1 && err.ends_with('\n') &&
           !contains(err, "std::");
}

// Runs the program as somebody who is not root, since root may read everything.
Result microgpt_as_nobody(const Folder& folder, const std::string& arguments) {
    if (!fs::exists(folder.path / "microgpt")) fs::copy_file(PROGRAM, folder.path / "microgpt");
    return shell(folder,
                 "[ $(id -u) != 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups; \"$@\" ./microgpt " +
                     arguments);
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

TEST_CASE("With gradients derived by hand it prints the same bytes", "[program]") {
    const Folder folder;
    const Result result = microgpt(folder, quoted(SOURCE_DIR "/data/names.txt"), BY_HAND);
    CHECK(result.status == 0);
    CHECK((result.out == expected_output()));
}

TEST_CASE("With other constants, too, it prints what microgpt.py prints", "[program]") {
    const Folder folder;
    const Result wider = microgpt(folder, quoted(SOURCE_DIR "/data/names.txt"), WIDER);  // n_layer 2, n_embd 24, ...
    CHECK(wider.status == 0);
    CHECK(wider.err.empty());
    CHECK((wider.out == as_text(read_file(SOURCE_DIR "/tests/expected-changed.txt"))));
}

TEST_CASE("A training that diverges ends with an error, whatever the optimization", "[program]") {
    // learning_rate 1e200: what microgpt.py prints until it cannot choose a token, and then one line.
    for (const std::string program : {DIVERGING, DIVERGING_NATIVE, DIVERGING_PLAIN}) {  // -O3, -O3 -march=native, -O0
        CAPTURE(program);
        const Folder folder;
        const Result result = microgpt(folder, quoted(SOURCE_DIR "/data/names.txt"), program);
        CHECK(result.status == 1);
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, "learning_rate"));
        CHECK(result.out == as_text("num docs: 32178\nvocab size: 27\nnum params: 4192\n"
                                    "step    1 /    4 | loss 3.4874\rstep    2 /    4 | loss 3.2958\r"
                                    "step    3 /    4 | loss nan\rstep    4 /    4 | loss nan\r\n"
                                    "--- inference (new, hallucinated names) ---\n"));
    }
}

TEST_CASE("Without an argument it takes input.txt, else data/names.txt, else says how to get one", "[program]") {
    const Folder folder;
    const Result nothing = microgpt(folder);
    CHECK(nothing.status == 1);
    CHECK(nothing.out.empty());
    CHECK(is_one_line(nothing.err));
    for (const std::string part :
         {" input.txt or data/names.txt", "No such file or directory",
          "curl -o input.txt https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"})
        CHECK(contains(nothing.err, part));

    fs::create_directory(folder.path / "data");
    folder.write("data/names.txt", "anna\nbob\n");
    CHECK(contains(microgpt(folder).out, as_text("num docs: 2\n")));
    folder.write("input.txt", "anna\n");
    const Result input = microgpt(folder);
    CHECK(contains(input.out, as_text("num docs: 1\n")));
    CHECK(input.status == 0);
    CHECK(contains(microgpt(folder, "data/names.txt").out, as_text("num docs: 2\n")));
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

TEST_CASE("A dash is standard input", "[program]") {
    const Folder folder;
    const std::string docs = "anna\x1A\r\nbob\rzo\xC3\xAB";  // \x1A ends a text file on Windows, but not this one
    folder.write("docs.txt", docs);
    const Result file = microgpt(folder, "docs.txt"), input = microgpt(folder, "- < docs.txt");
    CHECK(contains(input.out, as_text("num docs: 3\nvocab size: 8\n")));
    CHECK(input.status == 0);
    CHECK((input.out == file.out));
    CHECK(input.err.empty());

    folder.write("empty.txt", "");
    const Result nothing = microgpt(folder, "- < empty.txt");
    CHECK(nothing.status == 1);
    CHECK(nothing.out.empty());
    CHECK(is_one_line(nothing.err));
    CHECK(contains(nothing.err, "no documents"));

    folder.write("latin1.txt", "zo\xEB\n");
    const Result latin1 = microgpt(folder, "- < latin1.txt");
    CHECK(latin1.status == 1);
    CHECK(contains(latin1.err, " '-' > 'stdin.utf8'"));  // not a file whose name would be taken for an option
}

TEST_CASE("A wrong command line is status 2, and names the argument that is wrong", "[program]") {
    const Folder folder;
    folder.write("a.txt", "a\n");
    folder.write("b.txt", "b\n");
    const std::vector<std::pair<std::string, std::string>> cases = {{"--steps", " --steps"},
                                                                    {"-x", " -x"},
                                                                    {"--", " --"},
                                                                    {"-x.txt a.txt", " -x.txt"},
                                                                    {"a.txt --steps", " --steps"},
                                                                    {"a.txt b.txt", " b.txt"},
                                                                    {"--help b.txt", " b.txt"},
                                                                    {"- b.txt", " b.txt"}};
    for (const auto& [arguments, wrong] : cases) {
        CAPTURE(arguments);
        const Result result = microgpt(folder, arguments);
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, wrong));
        CHECK(contains(result.err, "--help"));
    }
}

TEST_CASE("A dataset that cannot be used is status 1, one line that says why, and no output", "[program]") {
    const Folder folder;
    folder.write("empty.txt", "");
    folder.write("blank.txt", " \n\t\r\n");
    folder.write("latin1.txt", "anna\nzo\xEB\n");
    folder.write("crlf.txt", "anna\r\nzo\xEB\r\n");
    folder.write("cr.txt", "anna\rzo\xEB\r");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"missing.txt", "cannot read missing.txt: No such file or directory"},
        {"missing/names.txt", "cannot read missing/names.txt: No such file or directory"},
#ifndef _WIN32
        {"empty.txt/names.txt", "cannot read empty.txt/names.txt: Not a directory"},
        {".", "cannot read .: Is a directory"},
        {"- <&-", "cannot read -: Bad file descriptor"},  // standard input is closed
        {"- < .", "cannot read -: Is a directory"},
#endif
#ifdef __linux__
        {"/proc/self/mem", "cannot read /proc/self/mem: Input/output error"},  // can be opened, but not read
#endif
        {"\"\"", "cannot read "},
        {"empty.txt", "no documents in empty.txt"},
        {"blank.txt", "no documents in blank.txt"},
        {"latin1.txt", "latin1.txt:2: not UTF-8"},
        {"crlf.txt", "crlf.txt:2: not UTF-8"},
        {"cr.txt", "cr.txt:2: not UTF-8"},
        {"- < latin1.txt", ":2: not UTF-8"},
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
    CHECK(contains(zero.out, as_text("num docs: 1\nvocab size: 2\nnum params: 3392\n")));
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

TEST_CASE("The command that it names for a file in Latin-1 converts the file, and leaves it as it was", "[program]") {
    for (const std::string name : {"latin1.txt", "input.txt", "utf8.txt", "two words.txt"}) {
        CAPTURE(name);
        const Folder folder;
        folder.write(name, "anna\nzo\xEB\n");
        const std::string err = microgpt(folder, name == "input.txt" ? "" : quoted(name)).err;
        CAPTURE(err);
        REQUIRE(contains(err, ": iconv -f latin1 -t utf-8 "));
        const std::string command = err.substr(err.find(": iconv") + 2);
        REQUIRE(contains(command, " > "));
        CHECK(shell(folder, command.substr(0, command.size() - 1)).status == 0);
        CHECK(folder.read(name) == "anna\nzo\xEB\n");
        const std::string converted = command.substr(command.find(" > ") + 3);
        const Result result = microgpt(folder, converted.substr(0, converted.size() - 1));
        CHECK(result.status == 0);
        CHECK(contains(result.out, "num docs: 2\nvocab size: 6\n"));
    }
}

TEST_CASE("Output that cannot be written is an error, with the system's reason and no guess", "[program]") {
    const Folder folder;
    folder.write("a.txt", "a\n");
    std::vector<std::pair<std::string, std::string>> cases = {{" >&-", "Bad file descriptor"}};
    if (fs::exists("/dev/full")) cases.emplace_back(" > /dev/full", "No space left on device");  // macOS has none
    for (const std::string arguments : {"a.txt", "--help"}) {
        for (const auto& [redirection, reason] : cases) {
            CAPTURE(arguments, redirection);
            const Result result = microgpt(folder, arguments + redirection);
            CHECK(result.status == 1);
            CHECK(result.err == "microgpt: cannot write the output: " + reason + "\n");
        }
        // Where each line is written at once, as to a terminal, nothing is left to fail at the end.
        if (fs::exists("/dev/full") && fs::exists("/usr/bin/stdbuf")) {
            const Result lines = shell(folder, "ASAN_OPTIONS=verify_asan_link_order=0 stdbuf -oL " + quoted(PROGRAM) +
                                                   " " + arguments + " > /dev/full");
            CHECK(lines.status == 1);
            CHECK(lines.err == "microgpt: cannot write the output: No space left on device\n");
        }
        // A reader that is gone before the first byte, while SIGPIPE, which would end the program, is ignored.
        const Result pipe = shell(folder, "trap '' PIPE; { sleep 0.2; " + quoted(PROGRAM) + " " + arguments +
                                              "; echo $? > status; } | true; cat status");
        CHECK(pipe.out == "1\n");
        CHECK(pipe.err == "microgpt: cannot write the output: Broken pipe\n");
    }
}

TEST_CASE("What may not be read is an error that names it", "[program]") {
    const Folder folder;
    for (const std::string name : {"closed", "data"}) fs::create_directory(folder.path / name);
    fs::permissions(folder.write("secret.txt", "a\n"), fs::perms::none);
    folder.write("closed/names.txt", "a\n");
    folder.write("data/names.txt", "a\n");
    for (const std::string name : {"closed", "data"}) fs::permissions(folder.path / name, fs::perms::none);
    const auto check = [&](const std::string& argument, const std::string& name) {
        CAPTURE(argument, name);
        const Result result = microgpt_as_nobody(folder, argument);
        CHECK(result.status == 1);
        CHECK(result.out.empty());
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, "cannot read " + name + ": Permission denied"));
    };
    check("secret.txt", "secret.txt");
    check("closed", "closed");
    check("closed/names.txt", "closed/names.txt");
    check("", "data/names.txt");
    fs::permissions(folder.write("input.txt", "a\n"), fs::perms::none);
    check("", "input.txt");
    for (const std::string name : {"closed", "data"}) fs::permissions(folder.path / name, fs::perms::owner_all);
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

#ifdef __linux__

TEST_CASE("Without enough memory it says so", "[program]") {
    const Folder folder;
    const auto limited = [&](int kilobytes, const std::string& argument) {
        return shell(folder, "ulimit -v " + std::to_string(kilobytes) + "; " + quoted(PROGRAM) + " " + argument);
    };
    if (limited(200000, "--help").status != 0) {
        WARN("not tested, as the program takes terabytes, or seems to: with the address sanitizer");
        return;
    }
    const std::string file = folder.write("large.txt", "a\n");
    fs::resize_file(file, 500000000);  // the file system stores only the part that is not 0
    const Result large = limited(200000, "large.txt");
    CHECK(large.status == 1);
    CHECK(large.out.empty());
    CHECK(is_one_line(large.err));
    CHECK(contains(large.err, "out of memory"));

    // A little more each time, from where it starts to where it succeeds: memory runs out in one place after another.
    int kilobytes = 1000, failures = 0;
    while (limited(kilobytes, "--help").status != 0) kilobytes += 200;
    for (;; ++failures, kilobytes += 200) {
        const Result result = limited(kilobytes, quoted(SOURCE_DIR "/data/names.txt"));
        if (result.status == 0) break;
        CAPTURE(kilobytes, result.out.substr(0, 100));
        REQUIRE(kilobytes < 200000);  // and no endless loop, should it always fail
        REQUIRE(result.status == 1);
        REQUIRE(result.err == large.err);
        REQUIRE(kilobytes < 200000);
    }
    CHECK(failures > 10);
}

#endif

#ifndef _MSC_VER  // which takes other options and words its errors otherwise

// What the compiler says about a file.
Result compiled(const Folder& folder, const std::string& file) {
    return shell(folder, quoted(CXX) + " " CXX_OPTIONS " -std=c++20 -fsyntax-only " + file);
}

TEST_CASE("Constants that Python refuses, or treats otherwise, do not compile", "[program]") {
    // The constants and what is asserted of them, without the rest.
    std::istringstream lines(read_file(SOURCE_DIR "/microgpt.cpp"));
    std::string constants;
    for (std::string line; std::getline(lines, line);)
        for (const std::string start : {"constexpr int ", "constexpr double ", "static_assert("})
            if (line.starts_with(start)) constants += line + "\n";
    const Folder folder;
    folder.write("constants.cpp", constants);
    const Result original = compiled(folder, "constants.cpp");
    CAPTURE(constants, original.err);
    REQUIRE(original.status == 0);
    const std::vector<std::pair<std::string, std::string>> changes = {
        {" n_embd = ", "0"},   {" n_embd = ", "18"},    {" block_size = ", "0"}, {" block_size = ", "-1"},
        {" n_head = ", "0"},   {" n_head = ", "3"},     {" beta1 = ", "1"},      {" beta2 = ", "1"},
        {" eps_adam = ", "0"}, {" temperature = ", "0"}};
    for (const auto& [constant, value] : changes) {
        CAPTURE(constant, value);
        const size_t start = constants.find(constant) + constant.size(), end = constants.find(';', start);
        REQUIRE(contains(constants, constant));
        folder.write("changed.cpp", constants.substr(0, start) + value + constants.substr(end));
        const Result result = compiled(folder, "changed.cpp");
        CHECK(result.status != 0);
        CHECK(contains(result.err, "changed.cpp:"));  // it is the compiler who refuses
    }
}

TEST_CASE("Seeds that Python treats otherwise, and names that do not exist, do not compile", "[program]") {
    const Folder folder;
    std::string source = read_file(SOURCE_DIR "/microgpt.cpp");
    folder.write("microgpt.cpp", source);
    const std::vector<std::pair<std::string, bool>> statements = {
        {"Random(42);", true},
        {"Random(0);", true},
        {"Random(4294967295);", true},
        {"Random(-1);", false},
        {"Random(42.5);", false},
        {"Random(4294967296);", false},
        {"return state_dict.layer[0].attn_wq;", true},
        {"return state_dict.layer[0].attn_qw;", false},
        {"return state_dict.wtf;", false},
        {"Value(2).data() = 3;", false},   // it would change a copy
        {"params[0] = Value(2);", false},  // so would this
    };
    std::string program = "#define main microgpt_main\n#include \"microgpt.cpp\"\nMatrix statements() {\n";
    for (const auto& [statement, good] : statements) program += statement + "\n";
    folder.write("statements.cpp", program + "}\n");
    const std::string err = compiled(folder, "statements.cpp").err;
    CAPTURE(err);
    for (size_t i = 0; i < statements.size(); ++i) {
        const auto& [statement, good] = statements[i];
        CAPTURE(statement);
        CHECK(contains(err, "statements.cpp:" + std::to_string(4 + i) + ":") == !good);
    }

    const std::string seed = " seed = 42;";
    REQUIRE(contains(source, seed));
    folder.write("changed.cpp", source.replace(source.find(seed), seed.size(), " seed = -1;"));
    const Result changed = compiled(folder, "changed.cpp");
    CHECK(changed.status != 0);
    CHECK(contains(changed.err, "changed.cpp:"));
}

#endif

#ifndef _WIN32

// ---- The walk of a name: the numbers of emma are microgpt.py's, before training and after its 1,000 steps

namespace {

const std::string names_txt = quoted(SOURCE_DIR "/data/names.txt");

// What stands between two marks, with single spaces.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
    const size_t start = text.find(from), end = text.find(to);
    REQUIRE(start < end);
    std::istringstream words(text.substr(start, end - start));
    std::string result;
    for (std::string word; words >> word;) result += word + ' ';
    return result;
}

}  // namespace

TEST_CASE("walk shows what microgpt.py computes of emma, untrained and trained", "[walk]") {
    const Folder folder;
    const Result result = microgpt(folder, "emma " + names_txt, WALK);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK(contains(result.out, "tokens of emma: 26 4 12 12 0 26"));
    const std::string untrained = between(result.out, "==== Before", "==== After");
    for (const std::string numbers :
         {"e 0.0411 3.1906 ", "m 0.0228 3.7829 ", "m 0.0656 2.7239 ", "a 0.0290 3.5394 ", "BOS 0.0328 3.4174 ",
          "loss = 3.3309", "wte[12] m -0.0387 -0.0728 0.0437 -0.0366 ... 0.0491 0.3318 -0.0995",
          "loss = 2.8546 after Adam's update"}) {
        CAPTURE(numbers);
        CHECK(contains(untrained, numbers));
    }
    const std::string trained = between(result.out, "==== After", "The loss of emma was 3.3309 before");
    for (const std::string numbers :
         {"3 m -0.5379 -0.7557 0.3090 -1.4004 0.2194 0.1764 0.5116 0.0926",             // score and attn_weights of
          "3 m 0.6813 -0.1686 1.0318 -1.2743 0.3346 0.1430 0.4751 0.0473",              // heads 0 and 3
          "3 m 2.1482 -2.1314 -1.6153 -0.9508 ... a 0.2723 1.3008 *a 0.2723 e 0.1889",  // the prediction
          "loss = 2.4805", "of which 1664 get the gradient 0", "0.0954 0.0217 -0.0143 -0.0724"}) {
        CAPTURE(numbers);
        CHECK(contains(trained, numbers));
    }
}

TEST_CASE("walk fits 200 lines for a name of five letters, and --all shows every number", "[walk]") {
    const Folder folder;
    const std::string emily = microgpt(folder, "emily " + names_txt, WALK).out;
    CHECK(std::count(emily.begin(), emily.end(), '\n') < 200);
    CHECK(contains(emily, " ...\n"));
    const std::string all = microgpt(folder, "--all emily " + names_txt, WALK).out;
    CHECK(all.size() > 2 * emily.size());
    CHECK(!contains(all, "..."));
}

TEST_CASE("walk takes any character of the dataset, and names up to the block's length", "[walk]") {
    const Folder folder;
    folder.write("other.txt", "Ω日\né\nab\n");
    const Result result = microgpt(folder, "Ωé日 other.txt", WALK);
    CHECK(result.status == 0);
    CHECK(contains(result.out, "tokens of Ωé日: 5 3 2 4 5\n"));
    CHECK(contains(result.out, "\n 3 日 "));
    CHECK(microgpt(folder, "abababababababab other.txt", WALK).status == 0);  // 16
}

TEST_CASE("What walk cannot do is status 1, and one line", "[walk]") {
    const Folder folder;
    folder.write("ab.txt", "ab\n");
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"abc ab.txt", "not in the dataset: c"},
        {"abababababababababa ab.txt", "1 to 16 characters"},
        {"'' ab.txt", "1 to 16 characters"},
        {"ab none.txt", "none.txt"},
        {"ab", "data/names.txt"},
        {"ab ab.txt ab.txt", "usage: walk"}};
    for (const auto& [arguments, message] : cases) {
        CAPTURE(arguments);
        const Result result = microgpt(folder, arguments, WALK);
        CHECK(result.status == 1);
        CHECK(result.out.empty());
        CHECK(result.err.starts_with("walk: "));
        CHECK(contains(result.err, message));
        CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    }
}

#endif
