// A libFuzzer target: hands arbitrary bytes to load_docs and the tokenizer, and checks what comes out.
// For Linux and clang++; FOLDER keeps the inputs that reach something new.
//
//   cmake -B build-fuzz -DCMAKE_CXX_COMPILER=clang++ -DMICROGPT_FUZZ=ON
//   cmake --build build-fuzz --target fuzz && build-fuzz/fuzz -max_len=256 FOLDER

#include <iconv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <functional>

#define main microgpt_main
#include "../microgpt.cpp"
#undef main

namespace {

using Docs = std::vector<std::string>;
using Texts = std::vector<std::u32string>;

void check(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

// What str.strip removes, all of it.
bool is_white(char32_t ch) {
    return (ch >= 0x09 && ch <= 0x0D) || (ch >= 0x1C && ch <= 0x20) || ch == 0x85 || ch == 0xA0 || ch == 0x1680 ||
           (ch >= 0x2000 && ch <= 0x200A) || ch == 0x2028 || ch == 0x2029 || ch == 0x202F || ch == 0x205F ||
           ch == 0x3000;
}

// load_docs, from a file in memory; none if it throws its error. Any other exception ends the fuzzer.
std::optional<Docs> load(const std::string& bytes) {
    static const int file = memfd_create("docs", 0);
    const bool written =
        ftruncate(file, 0) == 0 && pwrite(file, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
    check(written, "the file in memory can be written");
    try {
        return load_docs("/proc/self/fd/" + std::to_string(file));
    } catch (const std::runtime_error&) {
        return {};
    }
}

// The characters of the bytes as the C library decodes them; none if it finds that they are not UTF-8.
std::optional<std::u32string> decode(std::string bytes) {
    static const iconv_t converter = iconv_open("UTF-32LE", "UTF-8");
    std::u32string text(bytes.size(), 0);
    char *in = bytes.data(), *out = reinterpret_cast<char*>(text.data());
    size_t in_left = bytes.size(), out_left = 4 * text.size();
    iconv(converter, nullptr, nullptr, nullptr, nullptr);  // forget the text before
    if (iconv(converter, &in, &in_left, &out, &out_left) == static_cast<size_t>(-1)) return {};
    text.resize(text.size() - out_left / 4);
    return text;
}

// The characters of the documents; as load_docs has accepted them, they are UTF-8.
Texts decode(const Docs& docs) {
    Texts texts;
    for (const std::string& doc : docs) {
        const std::optional<std::u32string> text = decode(doc);
        check(text.has_value(), "a document is UTF-8");
        texts.push_back(*text);
    }
    return texts;
}

// The documents are the lines of the text, in order, without the white space around them.
void check_docs(const Texts& docs, const std::u32string& text) {
    auto at = text.begin();
    for (const std::u32string& doc : docs) {
        check(!doc.empty(), "no document is empty");
        check(!is_white(doc.front()) && !is_white(doc.back()), "no white space at the ends of a document");
        check(doc.find_first_of(U"\r\n") == none, "no line end inside a document");
        at = std::find_if_not(at, text.end(), is_white);
        check(text.substr(static_cast<size_t>(at - text.begin()), doc.size()) == doc, "documents are lines");
        at += static_cast<std::ptrdiff_t>(doc.size());
        const auto end = std::find_if(at, text.end(), [](char32_t ch) { return ch == '\n' || ch == '\r'; });
        check(std::all_of(at, end, is_white), "documents are whole lines");
        at = end;
    }
    check(std::all_of(at, text.end(), is_white), "every line that is not blank is a document");
}

void check_utf8(const std::string& bytes, const std::u32string& text) {
    std::string again;
    for (const char32_t ch : text) again += utf8(ch);
    check(again == bytes, "the characters have the bytes that they came from");
    size_t i = 0;
    for (const char32_t ch : text) check(next_char(bytes, i) == ch, "next_char gives one character after another");
    check(i == bytes.size(), "next_char gives all characters");
}

void check_round_trip(const Docs& docs) {
    std::string lines;
    for (const std::string& doc : docs) lines += doc + '\n';
    check(load(lines) == docs, "written out as lines, the documents load again");
}

void check_tokenizer(const Docs& docs, const Texts& texts) {
    init_tokenizer(docs);
    const auto out_of_order = std::adjacent_find(uchars.begin(), uchars.end(), std::greater_equal<>());
    check(out_of_order == uchars.end(), "uchars is sorted and distinct");
    check(BOS == uchars.size() && vocab_size == uchars.size() + 1, "BOS is the last token");
    std::vector<bool> used(vocab_size);
    constexpr size_t limit = 3;
    for (size_t number = 0; number < docs.size(); ++number) {
        const std::u32string& doc = texts[number];
        const std::vector<size_t> tokens = encode(docs[number]);
        check(tokens.size() == doc.size() + 2, "one token for each character, and two BOS");
        check(tokens.front() == BOS && tokens.back() == BOS, "BOS at both ends");
        std::vector<size_t> start(tokens.begin(), tokens.begin() + 1 + std::ptrdiff_t(std::min(doc.size(), limit)));
        start.push_back(BOS);
        check(encode(docs[number], limit) == start, "with a limit, the tokens of the start");
        for (const size_t token_id : tokens) {
            check(token_id < vocab_size, "token ids are below vocab_size");
            used[token_id] = true;
        }
        for (size_t i = 0; i < doc.size(); ++i) {
            check(tokens[i + 1] != BOS, "BOS nowhere else");
            check(uchars[tokens[i + 1]] == doc[i], "a document decodes to itself");
        }
    }
    check(std::find(used.begin(), used.end(), false) == used.end(), "every token is in use");
    char32_t other = 0;
    while (uchars.find(other) != none) ++other;  // of 256 bytes at most 256 characters, none of them a surrogate
    bool taken = true;
    try {
        encode(utf8(other));
    } catch (const std::runtime_error&) {
        taken = false;
    }
    check(!taken, "encode takes only characters of the documents");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
    const std::string bytes(data, data + size);
    const std::optional<Docs> docs = load(bytes);
    const std::optional<std::u32string> text = decode(bytes);
    const bool any = text && !std::all_of(text->begin(), text->end(), is_white);
    check(docs.has_value() == any, "an error if, and only if, it is not UTF-8 or blank");
    if (!docs) return 0;
    const Texts texts = decode(*docs);
    check_docs(texts, *text);
    check_utf8(bytes, *text);
    check_round_trip(*docs);
    check_tokenizer(*docs, texts);
    return 0;
}
