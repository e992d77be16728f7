// What the tests share: Catch2, version 3 or 2; files; and the shell, for tests that run a program.
#pragma once
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>
namespace fs = std::filesystem;
inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline std::string read_file(const fs::path& path, std::ios::openmode mode = std::ios::binary) {  // its bytes
    std::ifstream file(path, mode);
    return {std::istreambuf_iterator<char>(file), {}};
}
struct Folder {  // one of its own for each test, gone with it; it can start with a file
    const fs::path path = fs::temp_directory_path() / ("microgpt-" + std::to_string(std::random_device()()));
    Folder() { fs::create_directory(path); }
    Folder(const std::string& name, const std::string& bytes) : Folder() { write(name, bytes); }
    Folder(const Folder&) = delete;
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    // On Windows, text that a program prints ends its lines in \r\n, as Python's does: here they are \n again.
    std::string printed(const std::string& name) const { return read_file(path / name, std::ios::in); }
};
inline std::string word(std::string text) {  // a path, or any text, as one word for the shell
#ifdef _WIN32
    return '"' + text + '"';
#else
    for (size_t i = 0; (i = text.find('\'', i)) != std::string::npos; i += 4) text.replace(i, 1, "'\\''");
    return "'" + text + "'";
#endif
}
struct Result {
    std::string command;
    int status;
    std::string out, err;
};
inline Result shell(const Folder& folder, const std::string& command) {  // runs a command line in the folder
    const std::string path = word(folder.path.string());
#ifdef _WIN32
    const int status = std::system(("cd /d " + path + " && " + command + " > out 2> err").c_str());
#else
    const std::string line = "cd " + path + " && { " + command + "\n} > out 2> err";
    const int status = std::system(line.c_str()) >> 8;  // the exit status, as waitpid() has it
#endif
    return {command, status, folder.printed("out"), folder.printed("err")};
}
// Checks what a program did. If it failed, a person should see one line, with all these parts, and nothing of C++.
inline void check_result(const Result& result, int status, const std::string& out,
                         const std::vector<std::string>& parts = {}, const std::string& program = "microgpt") {
    const auto& [command, found, printed, err] = result;
    CAPTURE(command, err);
    CHECK(found == status);
    CHECK((printed == out));
    CHECK((status == 0 ? err == "" : err.starts_with(program + ": ") && err.find('\n') == err.size() - 1));
    CHECK(!contains(err, "std::"));
    for (const std::string& part : parts) CHECK(contains(err, part));
}
