// What the program promises to whoever runs it: each test runs it as a process, through the shell.
#include <array>
#include <cstring>
#include <sstream>
#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>
#endif

#include "support.hpp"
static const std::string names_txt = word(SOURCE_DIR "/data/names.txt");
static Result microgpt(const Folder& folder, const std::string& arguments = "", const std::string& program = PROGRAM) {
    return shell(folder, word(program) + " " + arguments);
}
TEST_CASE("It prints what microgpt.py prints, byte for byte") {
    for (const auto& [program, data, expected] : std::vector<std::array<std::string, 3>>{
             {PROGRAM, "names", "names"},
             {BY_HAND, "names", "names"},  // its gradients are derived by hand
             // Every constant is another one, and there are fewer lines than steps, most of them longer than a block.
             {OTHER_CONSTANTS, "sums", "sums-with-other-constants"}})
        check_result(microgpt(Folder(), word(SOURCE_DIR "/data/" + data + ".txt"), program), 0,
                     read_file(SOURCE_DIR "/tests/expected/" + expected + ".txt"));
}
TEST_CASE("A training that diverges ends with an error, whatever the optimization") {
    // With a learning_rate of 1e200: what microgpt.py prints until it cannot choose a token, and then one line.
    const std::string out =
        "num docs: 32178\nvocab size: 27\nnum params: 4192\nstep    1 /    4 | loss 3.4874\r"
        "step    2 /    4 | loss 3.2958\rstep    3 /    4 | loss nan\rstep    4 /    4 | loss nan\r\n"
        "--- inference (new, hallucinated names) ---\n";
    for (const std::string program : {DIVERGING, DIVERGING_PLAIN})
        check_result(microgpt(Folder(), names_txt, program), 1, out, {"learning_rate"});
}
TEST_CASE("Without an argument it takes input.txt, else data/names.txt, else says how to get one") {
    const Folder folder;
    const std::string curl =
        "curl -o input.txt https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt\n";
    check_result(microgpt(folder), 1, "", {std::strerror(ENOENT), "input.txt", "data/names.txt", curl});
    fs::create_directory(folder.path / "data");
    folder.write("data/names.txt", "anna\nbob\n");
    CHECK(contains(microgpt(folder).out, "num docs: 2\n"));
    folder.write("input.txt", "anna\n");
    CHECK(contains(microgpt(folder).out, "num docs: 1\n"));
    CHECK(contains(microgpt(folder, "data/names.txt").out, "num docs: 2\n"));
}
TEST_CASE("The help says what it takes, and a wrong command line is status 2, and names what is wrong") {
    const Folder folder("a.txt", "a\n");
    for (const std::string option : {"-h", "--help"}) {
        check_result(microgpt(folder, option), 0,
                     "usage: microgpt [DATASET]; - is stdin; else input.txt or data/names.txt\n");
        CHECK(microgpt(folder, option, BY_HAND).out.starts_with("usage: by_hand [DATASET]"));
    }
    for (const auto& [program, name] : {std::pair{PROGRAM, "microgpt"}, {BY_HAND, "by_hand"}})
        for (const std::string arguments :
             {"--wrong", "-wrong a.txt", "a.txt --wrong", "a.txt wrong.txt", "--help wrong.txt", "- wrong.txt"}) {
            const Result result = microgpt(folder, arguments, program);
            check_result(result, 2, "", {"wrong", "--help"}, name);
            CHECK(!contains(result.err, "a.txt"));
        }
}
TEST_CASE("A dash is standard input, and characters of every kind come out as they went in") {
    const Folder folder("a.txt", "anna\x1A\r\nbob\rzo\xC3\xAB");  // \x1A ends a text file on Windows, but not this one
    const std::string file_out = microgpt(folder, "a.txt").out;
    CHECK(contains(file_out, "num docs: 3\nvocab size: 8\n"));
    check_result(microgpt(folder, "- < a.txt"), 0, file_out);
    for (const auto& [bytes, start, last] : std::vector<std::array<std::string, 3>>{
             {std::string("\0\n", 2), "num docs: 1\nvocab size: 2\nnum params: 3392\n", std::string(1, '\0')},
             {"\xE6\xBC\xA2\n", "num docs: 1\n", "\xE6\xBC\xA2"},
             {std::string(1000000, 'a'), "num docs: 1\n", "aaaaaaaaaaaaaaaa"}}) {
        const std::string out = microgpt(Folder("a.txt", bytes), "a.txt").out;
        CHECK(out.starts_with(start));
        CHECK((out.ends_with("sample 20: " + last + "\n")));
    }
}
TEST_CASE("A dataset that cannot be used is status 1, one line that says why, and no output") {
    const auto error = [](int number) { return std::string(": ") + std::strerror(number); };
    for (const auto& [arguments, bytes, message] : std::vector<std::array<std::string, 3>>{
             {"missing.txt", "", "cannot read missing.txt" + error(ENOENT)},
             {"missing/names.txt", "", "cannot read missing/names.txt" + error(ENOENT)},
#ifndef _WIN32
             {"a.txt/names.txt", "", "cannot read a.txt/names.txt" + error(ENOTDIR)},
             {".", "", "cannot read ." + error(EISDIR)},
             {"- <&-", "", "cannot read -" + error(EBADF)},  // standard input is closed
             {"- < .", "", "cannot read -" + error(EISDIR)},
#endif
             {"\"\"", "", "cannot read : "},
             {"a.txt", "", "no documents in a.txt"},
             {"a.txt", " \n\t\r\n", "no documents in a.txt"},
             {"- < a.txt", "", "no documents in -"},
             {"a.txt", "anna\nzo\xEB\n", "a.txt:2: not UTF-8; if it is WINDOWS-1252, which is a guess: iconv "},
             {"a.txt", "anna\r\nzo\xEB\r\n", "a.txt:2: not UTF-8; if it is "},
             {"- < a.txt", "anna\rzo\xEB\r", "-:2: not UTF-8; if it is "},
             {"a.txt", "\xFF\xFEz", "a.txt:1: not UTF-8; if it is UTF-16, as its first bytes say: iconv "},
             {"a.txt", "\xFE\xFFz", "a.txt:1: not UTF-8; if it is UTF-16, as its first bytes say: iconv "}})
        check_result(microgpt(Folder("a.txt", bytes), arguments), 1, "", {message});
}
#ifndef _WIN32
TEST_CASE("The command that it names for a file that is not UTF-8 converts the file, and leaves it as it was") {
    for (const std::string name : {"a.txt", "input.txt", "two words.txt", "it's.txt", "-", "utf16", "it's utf16.txt"}) {
        const bool utf16 = contains(name, "utf16");
        const std::string bytes = utf16 ? std::string("\xFE\xFF\0a\0\n\0\xEB", 8) : "anna\nzo\xEB\n";
        const Folder folder(name, bytes);
        const std::string input = name == "-" ? " < -" : "";
        const std::string err = microgpt(folder, name == "input.txt" ? "" : word(name) + input).err;
        CAPTURE(name, err);
        const size_t command = err.find("iconv -f "), target = err.find(" > ") + 3;
        REQUIRE(command < target);
        CHECK(shell(folder, err.substr(command, err.size() - 1 - command) + input).status == 0);
        CHECK(read_file(folder.path / name) == bytes);
        const Result result = microgpt(folder, err.substr(target, err.size() - 1 - target));
        CHECK(result.status == 0);
        CHECK(contains(result.out, utf16 ? "num docs: 2\nvocab size: 3\n" : "num docs: 2\nvocab size: 6\n"));
    }
}
TEST_CASE("At a terminal, one Ctrl-D ends the input, a pipe may take its time, and what is not needed stays closed") {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);  // what is written to it, the program reads as typed
    REQUIRE((terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0));
    const std::string name = ptsname(terminal);
    const int keyboard = open(name.c_str(), O_RDWR | O_NOCTTY);  // kept open, or what was typed is lost
    REQUIRE(write(terminal, "anna\nbob\n\x04", 10) == 10);
    const Folder folder("a.txt", "a\n");
    // Without a program `timeout` it might hang instead of failing after 20 s.
    const std::string in_time = "$(command -v timeout > /dev/null && echo timeout 20) " + word(PROGRAM) + " ";
    CHECK(contains(shell(folder, in_time + "- < " + name).out, "num docs: 2\n"));
    close(keyboard);
    close(terminal);
    const Result slow = shell(folder, "{ echo anna; sleep 0.2; echo bob; } | " + word(PROGRAM) + " -");
    CHECK(contains(slow.out, "num docs: 2\n"));
    REQUIRE(shell(folder, "mkfifo input.txt").status == 0);  // to which nobody writes
    for (const std::string arguments : {"--help", "a.txt"}) CHECK(shell(folder, in_time + arguments).status == 0);
}
TEST_CASE("Output that cannot be written is an error, with the system's reason and no guess") {
    const Folder folder("a.txt", "a\n");
    const auto check = [&](const std::string& command, int reason) {
        const Result result = shell(folder, command);
        check_result(result, 1, "");
        CHECK(result.err == std::string("microgpt: cannot write the output: ") + std::strerror(reason) + "\n");
    };
    for (const std::string arguments : {" a.txt", " --help"}) {
        const std::string program = word(PROGRAM) + arguments;
        check(program + " >&-", EBADF);
        if (fs::exists("/dev/full")) check(program + " > /dev/full", ENOSPC);  // macOS has none
        // Where each line is written at once, as to a terminal, nothing is left to fail at the end.
        if (fs::exists("/dev/full") && fs::exists("/usr/bin/stdbuf"))
            check("ASAN_OPTIONS=verify_asan_link_order=0 stdbuf -oL " + program + " > /dev/full", ENOSPC);
        // A reader that is gone before the first byte, while SIGPIPE, which would end the program, is ignored.
        check("rm -f go; mkfifo go; { trap '' PIPE; read -r _ < go; " + program +
                  "; echo $? > status; } | { exec <&-; echo > go; }; exit $(cat status)",
              EPIPE);
    }
}
TEST_CASE("Progress shows as it happens, and Ctrl-C ends it, with the usual status") {
    const Folder folder("a.txt", "a\n");
    const std::string command =
        "(until grep -q step out; do sleep 0.1; done; kill -INT $$) & exec " + word(ENDLESS) + " a.txt";
    const Result result = shell(folder, "sh -c " + word(command));
    CHECK(result.status == 128 + 2);  // as a shell reports an end by SIGINT
    CHECK(contains(result.out, "\nstep    1 / 1000000000 | loss 0."));
    CHECK(result.out.ends_with('\r'));  // every step was written when it was done, nothing was lost
}
#endif
#ifdef __linux__
TEST_CASE("Without enough memory it says so") {
    const Folder folder("large.txt", "a\n");
    const auto limited = [&](int kilobytes, const std::string& argument) {
        return shell(folder, "ulimit -v " + std::to_string(kilobytes) + "; " + word(PROGRAM) + " " + argument);
    };
    if (limited(200000, "--help").status != 0) {
        WARN("not tested, as the program takes terabytes, or seems to: with the address sanitizer");
        return;
    }
    fs::resize_file(folder.path / "large.txt", 500000000);  // the file system stores only the part that is not 0
    const Result large = limited(200000, "large.txt");
    check_result(large, 1, "", {"out of memory"});
    // A little more each time, from where it starts to where it succeeds: memory runs out in one place after another.
    // Where it has just enough to start, the C++ library itself may lack what an exception needs; 200 KB are enough.
    int kilobytes = 1000, failures = 0;
    while (limited(kilobytes, "--help").status != 0) kilobytes += 100;
    for (kilobytes += 200;; ++failures, kilobytes += 200) {
        const Result result = limited(kilobytes, names_txt);
        if (result.status == 0) break;
        CAPTURE(kilobytes, result.out.substr(0, 100));
        REQUIRE(kilobytes < 200000);  // and no endless loop, should it always fail
        REQUIRE(result.status == 1);
        REQUIRE(result.err == large.err);
    }
    CHECK(failures > 10);
}
#endif
#ifndef _MSC_VER  // which takes other options and words its errors otherwise
TEST_CASE("Constants that Python refuses, or treats otherwise, do not compile") {
    // The constants and what is asserted of them, without the rest.
    std::istringstream source(read_file(SOURCE_DIR "/microgpt.cpp"));
    std::string found;
    bool inside = false;
    for (std::string line; std::getline(source, line); inside = inside && !contains(line, ";")) {
        for (const char* start : {"constexpr auto ", "constexpr bool is_whole", "static_assert("})
            inside = inside || line.starts_with(start);
        if (inside) found += "\n" + line;
    }
    const Folder folder("constants.cpp", "#include <cstdint>" + found + "\n");
    const std::string change = word(CMAKE) + " -P " + word(SOURCE_DIR "/tests/tools/change.cmake") + " constants.cpp ";
    const auto status_of = [&](const std::string& edit) {
        CAPTURE(edit);
        REQUIRE(shell(folder, change + "changed.cpp " + word(edit)).status == 0);
        const Result result = shell(folder, word(CXX) + " " CXX_OPTIONS " -std=c++20 -fsyntax-only changed.cpp");
        CHECK(contains(result.err, "changed.cpp:") == (result.status != 0));  // it is the compiler who refuses
        if (contains(edit, " = 1/")) CHECK(contains(result.err, edit.substr(0, edit.find(' '))));  // and says which
        return result.status;
    };
    for (const std::string edit :
         {"seed = 42", "seed = 0", "seed = 4294967295", "n_layer = 0", "n_head = 16", "block_size = 1", "num_steps = 0",
          "beta1 = 0.0", "learning_rate = 1.0/100", "temperature = 1.0"})
        CHECK(status_of(edit) == 0);
    for (const std::string edit :
         {"seed = -1",      "seed = 42.5",    "seed = 4294967296", "n_embd = 0",        "n_embd = 18",
          "n_embd = 16.9",  "n_layer = 1.5",  "block_size = 0",    "block_size = -1",   "block_size = 16.5",
          "n_head = 0",     "n_head = 3",     "n_head = 4.0",      "num_steps = 1e3",   "learning_rate = 1/100",
          "beta1 = 1/2",    "beta1 = 1.0",    "beta2 = 1/2",       "beta2 = 1.0",       "eps_adam = 1/1000",
          "eps_adam = 0.0", "eps_adam = 3/2", "temperature = 1/3", "temperature = 0.0", "temperature = 3/2"})
        CHECK(status_of(edit) != 0);
}
#endif
