// A libFuzzer target: hands arbitrary bytes to load_docs and the tokenizer, and checks what comes out.
// For Linux and clang++; FOLDER keeps inputs that reach something new, and -max_total_time=60 ends it after a minute.
//   cmake -B build-fuzz -DCMAKE_CXX_COMPILER=clang++ -DMICROGPT_FUZZ=ON && cmake --build build-fuzz --target fuzz
//   mkdir -p FOLDER && build-fuzz/fuzz -max_len=256 FOLDER
#define main microgpt_main
#include "../../microgpt.cpp"
#undef main
#include <iconv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
using Docs = std::vector<std::string>;
using Texts = std::vector<std::u32string>;
void check(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}
// What f returns; nothing if it throws its error. Any other exception ends the fuzzer.
auto result_of(auto f) -> std::optional<decltype(f())> try { return f(); } catch (const std::runtime_error&) {
    return {};
}
std::optional<Docs> load(const std::string& bytes) {  // load_docs, from a file in memory
    static const int file = memfd_create("docs", 0);
    check(ftruncate(file, 0) == 0, "the file in memory can be emptied");
    check(pwrite(file, bytes.data(), bytes.size(), 0) == ssize_t(bytes.size()), "the file in memory can be written");
    return result_of([] { return load_docs("/proc/self/fd/" + std::to_string(file)); });
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
// The lines of the text, without what str.strip removes at their ends, and without those of which nothing is left.
Texts lines_of(const std::u32string& text) {
    std::u32string white = U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000";
    for (char32_t ch = 0x2000; ch <= 0x200a; ++ch) white += ch;
    Texts lines;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find_first_of(U"\r\n", start), text.size());
        const std::u32string line = text.substr(start, end - start);
        const size_t first = line.find_first_not_of(white), last = line.find_last_not_of(white);
        if (first != none) lines.push_back(line.substr(first, last + 1 - first));
        start = end + 1;
    }
    return lines;
}
void check_tokenizer(const Docs& docs, const Texts& texts) {
    init_tokenizer(docs);
    std::set<char32_t> chars;
    for (const std::u32string& text : texts) chars.insert(text.begin(), text.end());
    check(uchars == std::u32string(chars.begin(), chars.end()), "uchars has the distinct characters, sorted");
    check(BOS == chars.size() && vocab_size == chars.size() + 1, "BOS is the last token");
    for (size_t number = 0; number < docs.size(); ++number) {
        std::vector<size_t> tokens = {BOS};
        for (const char32_t ch : texts[number]) tokens.push_back(uchars.find(ch));
        tokens.push_back(BOS);
        check(encode(docs[number]) == tokens, "one token for each character, and BOS at both ends");
        tokens.resize(std::min<size_t>(tokens.size(), 4));
        check(encode(docs[number], 4) == tokens, "with a limit, the first of these tokens");
    }
    char32_t other = 0;
    while (chars.contains(other)) ++other;  // of 256 bytes at most 256 characters, none of them a surrogate
    check(!result_of([&] { return encode(utf8(other)); }), "encode takes only characters of the documents");
}
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
    const std::string bytes(data, data + size);
    const std::optional<Docs> docs = load(bytes);
    const std::optional<std::u32string> text = decode(bytes);
    const Texts texts = text ? lines_of(*text) : Texts();
    check(docs.has_value() != texts.empty(), "an error if, and only if, it is not UTF-8 or blank");
    if (!docs) return 0;
    check(docs->size() == texts.size(), "a document for each line that is not blank");
    std::string lines;
    for (const std::string& doc : *docs) {
        check(decode(doc) == texts[size_t(&doc - &docs->front())], "a document is its line without white space around");
        lines += doc + '\n';
    }
    check(load(lines) == docs, "written out as lines, the documents load again");
    size_t i = 0;
    for (const char32_t ch : *text) {
        const size_t start = i;
        check(next_char(bytes, i) == ch, "next_char gives one character after another");
        check(utf8(ch) == bytes.substr(start, i - start), "a character has the bytes that it came from");
    }
    check(i == bytes.size(), "next_char gives all characters");
    check_tokenizer(*docs, texts);
    return 0;
}
