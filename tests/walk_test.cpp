// What the walk promises. The figures were computed with microgpt.py; those of picks with num_steps = 3000.
#include <sstream>
#include <tuple>

#include "support.hpp"
#ifndef _WIN32  // where the shell quotes in another way, and arguments are not UTF-8
static Result walk(const std::string& arguments, const std::string& input_txt = "") {
    const Folder folder;
    if (!input_txt.empty()) folder.write("input.txt", input_txt);
    return shell(folder, word(WALK) + " " + arguments);
}
// That all parts, separated by semicolons, stand in what walk prints, in this order; between words, any white space.
static void check_walk(const std::string& arguments, const std::string& parts, const std::string& input_txt = "") {
    const Result result = walk(arguments, input_txt);
    check_result(result, 0, result.out);
    std::string text;
    std::istringstream words(result.out), stream(parts);
    for (std::string next; words >> next;) text += next + ' ';
    size_t place = 0;
    for (std::string part; std::getline(stream, part, ';');) {
        CAPTURE(part);
        place = text.find(part + ' ', place);
        REQUIRE(place != std::string::npos);
    }
}
using Case = std::tuple<int, std::string, std::string, std::string>;
static std::string data(const std::string& name) { return word(SOURCE_DIR "/data/" + name); }
TEST_CASE("walk shows what microgpt.py computes of emma, untrained and after 1,000 steps", "[walk]") {
    check_walk("emma " + data("names.txt"),
               "tokens of emma: 26 4 12 12 0 26;Untrained: position 3, after emm;0.2174 0.2333 0.2300 0.2422 BOS;"
               "3.3309 loss;2.8546 loss after Adam's first update;| 0.0000 0.0000 0.0000 0.0000 ... | -0.0086;"
               "wte[1], b;-0.0387 -0.0728 0.0437 -0.0366 ... | 0.0491 0.3318 -0.0995;wte[12], m;"
               "Trained, 1000 steps: position 3, after emm;-0.5379 0.2194 |;-1.4004 0.0926 |;2.1482 -2.1314 -1.6153;"
               "0.2194 0.2355 0.2997 0.3346 BOS;0.0926 0.1745 0.1274 0.0473 m;0.3926 two;-0.2490 a vowel;"
               "1.3330 0.8897 head 2;0.3123 a;0.1726 e;0.1682 i;0.0955 y;"
               "0.0411 3.1906 0.0500 2.9954 e after BOS 0.0228 3.7829 0.0723 2.6271 m after e "
               "0.0656 2.7239 0.0285 3.5567 m after em 0.0290 3.5394 0.2723 1.3008 a after emm "
               "0.0328 3.4174 0.1463 1.9223 BOS after emma mean 3.3309 mean 2.4805");
}
TEST_CASE("walk takes all data sets, trains long enough, shows all if told to, and finds input.txt", "[walk]") {
    check_walk("528a5 " + data("picks.txt"),
               "3000 steps: position 4, after 528a;0.913 0.977 0.992 0.956 5;0.998 0.002 5");
    check_walk("'3+4=7' " + data("sums.txt"),
               "position 4, after 3+4=;Trained, 3000 steps: position;0, most like 1;6, most like 5");
    check_walk("--all --steps 2 528a5 " + data("picks.txt"), "position 0, after BOS;wte[13], BOS;position 5,");
    check_walk("--steps 2 'é日 a\tb'", "é日 a b: 7 4 6 1 2 0 3 7;after é日 achr(9);chr(32)", "Ω日\na\tb é\n");
    const std::string ab = "abababababababababab";  // 20; training and walk take 16
    check_walk("--steps 2 " + ab, "position 15,;0.4999 0.6934;0.3665 1.0038;0.4776 0.7390", ab);
    for (const std::string option : {"-h", "--help"}) check_walk(option, "usage: walk");
}
TEST_CASE("What walk cannot do is one line, and status 1, or 2 for a wrong call", "[walk]") {
    std::string many;
    for (char c = '!'; c <= '~'; ++c) many += c;
    for (const auto& [status, arguments, input_txt, message] :
         std::vector<Case>{{1, "Emma", "emma\nbob\n", "the dataset has no E, only abemo"},
                           {1, "a-é", many, "has no é, only " + many.substr(0, 60) + " and 34 others"},
                           {1, "ab none.txt", "ab\n", "none.txt"},
                           {1, "ab", "", "data/names.txt"},
                           {2, "ab input.txt ab", "ab\n", "ab; see walk --help"},
                           {2, "--steps ab", "ab\n", "--steps; see walk --help"},
                           {2, "-x", "ab\n", "-x; see walk --help"}})
        check_result(walk(arguments, input_txt), status, "", {message}, "walk");
}
#endif
