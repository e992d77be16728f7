// What walk promises, as tests, to stand beside those in program.cpp, whose helpers they use. The numbers of
// emma are microgpt.py's, before training and after its 1,000 steps.

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
    for (const std::string numbers : {"e 0.0411 3.1906 ", "m 0.0228 3.7829 ", "m 0.0656 2.7239 ",
                                      "a 0.0290 3.5394 ", "BOS 0.0328 3.4174 ", "loss = 3.3309",
                                      "wte[12] m -0.0387 -0.0728 0.0437 -0.0366 ... 0.0491 0.3318 -0.0995",
                                      "loss = 2.8546 after Adam's update"}) {
        CAPTURE(numbers);
        CHECK(contains(untrained, numbers));
    }
    const std::string trained = between(result.out, "==== After", "The loss of emma was 3.3309 before");
    for (const std::string numbers :
         {"3 m -0.5379 -0.7557 0.3090 -1.4004 0.2194 0.1764 0.5116 0.0926",  // score and attn_weights of
          "3 m 0.6813 -0.1686 1.0318 -1.2743 0.3346 0.1430 0.4751 0.0473",   // heads 0 and 3
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
