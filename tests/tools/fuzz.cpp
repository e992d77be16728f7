// A libFuzzer target: hands arbitrary bytes to load_docs and the tokenizer, and checks what comes out.
// For Linux, with clang++ and its libclang-rt-dev. The folder `found` keeps inputs that reach something new:
//   clang++ -std=c++20 -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all tests/tools/fuzz.cpp -o fuzz
//   mkdir -p found && ./fuzz -max_len=256 -max_total_time=600 found
#define main microgpt_main
#include "../../microgpt.cpp"
#undef main
#include <iconv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
using Docs = std::vector<std::string>;
void check(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}
Docs load(const std::string& bytes) try {  // load_docs, from a file in memory; {} if it fails, and not otherwise
    static const int file = memfd_create("docs", 0);
    check(ftruncate(file, 0) == 0, "the file in memory can be emptied");
    check(pwrite(file, bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()), "the file in memory can be written");
    return load_docs("/proc/self/fd/" + std::to_string(file));
} catch (const std::runtime_error&) {  // any other exception ends the fuzzer
    return {};
}
// The characters of the bytes as the C library decodes them; none if it finds that they are not UTF-8.
std::optional<std::u32string> decode(std::string bytes) {
    static const iconv_t converter = iconv_open("UTF-32LE", "UTF-8");
    std::u32string text(bytes.size(), 0);
    char *in = bytes.data(), *out = reinterpret_cast<char*>(text.data());
    size_t in_left = bytes.size(), out_left = 4 * text.size();
    iconv(converter, nullptr, nullptr, nullptr, nullptr);  // forget the text before
    if (iconv(converter, &in, &in_left, &out, &out_left) == size_t(-1)) return {};
    text.resize(text.size() - out_left / 4);
    return text;
}
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
    const std::string bytes(data, data + size);
    const std::optional<std::u32string> text = decode(bytes);
    check(load(bytes + "|").empty() != text.has_value(), "an error if, and only if, it is not UTF-8");
    const Docs docs = load(bytes);
    if (docs.empty()) return 0;  // only white space, or not UTF-8
    check(text.has_value(), "an error if it is not UTF-8, also where the last character is cut off");
    size_t i = 0;
    for (const char32_t ch : *text) {
        const size_t start = i;
        check(next_char(bytes, i) == ch, "next_char gives one character after another");
        check(utf8(ch) == bytes.substr(start, i - start), "a character has the bytes that it came from");
    }
    check(i == bytes.size(), "next_char gives all characters");
    init_tokenizer(docs);
    check(BOS == uchars.size() && vocab_size == BOS + 1, "BOS is the last token");
    std::string lines;
    for (const std::string& doc : docs) {
        std::string again;
        for (const size_t token_id : encode(doc)) again += token_id == BOS ? "|" : utf8(uchars.at(token_id));
        check(again == '|' + doc + '|', "the tokens of a document are its characters, with BOS at both ends");
        check(bytes.find(doc) != none, "a document stands in the file");
        lines += doc + '\n';
    }
    check(load(lines) == docs, "written out as lines, the documents load again");
    return 0;
}
