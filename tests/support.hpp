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

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

namespace fs = std::filesystem;

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The bytes of a file.
inline std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A folder of its own for each test, gone with it.
struct Folder {
    fs::path path;

    explicit Folder(const fs::path& parent = fs::temp_directory_path())
        : path(parent / ("microgpt-" + std::to_string(std::random_device()()))) {
        fs::create_directory(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path); }

    std::string write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return (path / name).string();
    }
    std::string read(const std::string& name) const { return read_file(path / name); }
};

// A path, or any text, as one word for the shell.
inline std::string word(const std::string& text) {
#ifdef _WIN32
    return '"' + text + '"';
#else
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
    return result + "'";
#endif
}

struct Result {
    int status;
    std::string out, err;
};

// Runs a shell's command line in the folder.
inline Result shell(const Folder& folder, const std::string& command) {
    const std::string path = word(folder.path.string());
#ifdef _WIN32
    const int status = std::system(("cd /d " + path + " && " + command + " > out 2> err").c_str());
#else
    const std::string line = "cd " + path + " && { " + command + "\n} > out 2> err";
    const int status = std::system(line.c_str()) >> 8;  // the exit status, as waitpid() has it
#endif
    return {status, folder.read("out"), folder.read("err")};
}

// Whether this is all that a person should see of a program's error: one line, and nothing of C++.
inline bool is_one_line(const std::string& err, const std::string& program = "microgpt") {
    return err.starts_with(program + ": ") && std::count(err.begin(), err.end(), '\n') == 1 && err.ends_with('\n') &&
           !contains(err, "std::");
}
