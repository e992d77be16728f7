// What the parts of microgpt.cpp promise, as tests. Where a number stands here, python3 or microgpt.py
// printed it. The program as a whole is tested by program.cpp.

#define main microgpt_main
#include "../microgpt.cpp"
#undef main

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "common.hpp"

namespace {

// ---- Helpers

using Docs = std::vector<std::string>;

// Whether the doubles differ by rounding alone.
auto near(double x) { return Approx(x).epsilon(1e-12).margin(1e-15); }

// df/dx by central differences. What is left out is of the order of h^2.
double slope(const std::function<double(double)>& f, double x, double h = 1e-5) {
    return (f(x + h) - f(x - h)) / (2 * h);
}

// The numbers of a Vector, and their gradients.
std::vector<double> values_of(Vector x) { return {tape.data.data() + x.start, tape.data.data() + x.start + x.length}; }
std::vector<double> grads_of(Vector x) { return {tape.grad.data() + x.start, tape.grad.data() + x.start + x.length}; }

// A Vector of leaves.
Vector leaves(const std::vector<double>& x) {
    return list(x.size(), [&](size_t i) { return Value(x[i]); });
}

// The dataset in training order, and the model as it is before the first step.
Docs fresh_model() {
    tape = Tape();
    rng = Random(42);
    Docs docs = load_docs(SOURCE_DIR "/data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    return docs;
}

Docs docs_in(const std::string& bytes) {
    const Folder folder;
    return load_docs(folder.write("docs.txt", bytes));
}

// What the error says that f throws; empty if it throws none.
std::string error_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

// Whether x has the gradients of central differences, for the result of f, a function of all numbers in x.
void check_gradients(const std::function<Value(Vector)>& f, const std::vector<double>& x) {
    tape = Tape();
    const Vector at = leaves(x);
    f(at).backward();
    const std::vector<double> grads = grads_of(at);
    for (size_t i = 0; i < x.size(); ++i) {
        CAPTURE(i, x[i]);
        const auto f_of_xi = [&](double xi) {
            std::vector<double> other = x;
            other[i] = xi;
            tape = Tape();
            return f(leaves(other)).data();
        };
        CHECK(grads[i] == Approx(slope(f_of_xi, x[i])).epsilon(1e-7).margin(1e-8));
    }
}

}  // namespace

// ---- Random numbers

TEST_CASE("Random draws what Python's random draws", "[random]") {
    SECTION("random") {
        Random r(42);
        CHECK(r.random() == 0x1.4762f307200c5p-1);
        CHECK(r.random() == 0x1.99c6b5eeb2060p-6);
        CHECK(r.random() == 0x1.19a1491f589dcp-2);
        for (int i = 3; i < 1000; ++i) r.random();
        CHECK(r.random() == 0.09935462460613032);
        CHECK(Random(1).random() == 0.13436424411240122);
        CHECK(Random(0).random() == 0.8444218515250481);
        CHECK(Random(4294967295).random() == 0.6353574441341173);
    }
    SECTION("getrandbits") {
        Random r(42);
        std::vector<std::uint32_t> bits;
        for (const int k : {1, 5, 16, 27, 32}) bits.push_back(r.getrandbits(k));
        CHECK(bits == std::vector<std::uint32_t>{1, 3, 1639, 99529223, 1181241943});
    }
    SECTION("gauss, in pairs") {
        Random r(42);
        CHECK(r.gauss(0, 1) == near(-0.14409032957792836));
        CHECK(r.gauss(0, 1) == near(-0.1729036003315193));
        CHECK(r.gauss(0, 1) == near(-0.11131586156766246));
        CHECK(r.gauss(0, 1) == near(0.7019837250988631));
        CHECK(r.gauss(0, 1) == near(-0.12758828378288709));
        CHECK(r.gauss(10, 0.5) == near(9.251323292829522));
        CHECK(r.gauss(10, 0.5) == near(10.166159172033858));
    }
    SECTION("shuffle") {
        std::vector<int> x(10);
        std::iota(x.begin(), x.end(), 0);
        Random(42).shuffle(x);
        CHECK(x == std::vector<int>{7, 3, 2, 8, 5, 6, 9, 4, 0, 1});
        x.resize(1000);
        std::iota(x.begin(), x.end(), 0);
        Random(42).shuffle(x);
        CHECK(std::vector<int>(x.begin(), x.begin() + 5) == std::vector<int>{776, 507, 895, 922, 33});
        CHECK(std::vector<int>(x.end() - 5, x.end()) == std::vector<int>{281, 759, 25, 114, 654});
    }
    SECTION("choices") {
        Random r(42);
        std::vector<size_t> drawn;
        for (int i = 0; i < 20; ++i) drawn.push_back(r.choices({1, 0, 2, 5}));
        CHECK(drawn == std::vector<size_t>{3, 0, 2, 2, 3, 3, 3, 0, 3, 0, 2, 3, 0, 2, 3, 3, 2, 3, 3, 0});
    }
    SECTION("choices, at the border of two weights") {
        const double border = Random(42).random();
        CHECK(Random(42).choices({border, 1 - border}) == 1);
    }
    SECTION("choices refuses what Python's choices refuses") {
        Random r(42);
        CHECK_THROWS_AS(r.choices({0, 0}), std::runtime_error);
        CHECK_THROWS_AS(r.choices({1, -2}), std::runtime_error);
        CHECK_THROWS_AS(r.choices({1, std::nan("")}), std::runtime_error);
        CHECK_THROWS_AS(r.choices({1, HUGE_VAL}), std::runtime_error);
    }
}

// ---- Dataset and tokenizer

TEST_CASE("A document is a line, stripped, and not empty", "[dataset]") {
    CHECK(docs_in("anna\nbob\n") == Docs{"anna", "bob"});
    CHECK(docs_in("anna\nbob") == Docs{"anna", "bob"});
    CHECK(docs_in("anna\r\nbob\r\n") == Docs{"anna", "bob"});
    CHECK(docs_in("anna\rbob\r") == Docs{"anna", "bob"});
    CHECK(docs_in("anna\n\n \n\r\n\r\rbob") == Docs{"anna", "bob"});
    CHECK(docs_in("  anna lee \n\tbob") == Docs{"anna lee", "bob"});
    CHECK(docs_in("a") == Docs{"a"});
    CHECK(docs_in(std::string("a\0b\n\0", 5)) == Docs{std::string("a\0b", 3), std::string(1, '\0')});
    CHECK(docs_in("\xEF\xBB\xBF"
                  "a\n") == Docs{"\uFEFFa"});  // a byte-order mark stays, as in Python
    CHECK(docs_in(std::string(1000000, 'a')) == Docs{std::string(1000000, 'a')});
}

TEST_CASE("All white space that str.strip removes is removed, and no other", "[dataset]") {
    // [c for c in range(0x110000) if chr(c).isspace()]
    const std::vector<char32_t> spaces = {9,      10,     11,     12,     13,     28,     29,     30,
                                          31,     32,     133,    160,    0x1680, 0x2000, 0x2001, 0x2002,
                                          0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
                                          0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
    std::string around, other;
    for (const char32_t ch : spaces) around += utf8(ch);
    CHECK(docs_in(around + "a" + around) == Docs{"a"});
    CHECK_THROWS_AS(docs_in(around), std::runtime_error);
    Docs expected;
    for (char32_t ch = 0; ch < 0x3100; ++ch) {
        if (std::count(spaces.begin(), spaces.end(), ch) > 0) continue;
        other += utf8(ch) + "\n";
        expected.push_back(utf8(ch));
    }
    CHECK(docs_in(other) == expected);
}

TEST_CASE("UTF-8 is decoded and encoded, there and back", "[dataset]") {
    CHECK(docs_in("\xC3\xA9\xED\x95\x9C\xE6\xBC\xA2\xF0\x9F\x98\x80") == Docs{"\u00e9\ud55c\u6f22\U0001F600"});
    for (const char32_t ch : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
        const std::string bytes = utf8(ch);
        size_t i = 0;
        CHECK(next_char(bytes, i) == ch);
        CHECK(i == bytes.size());
    }
    CHECK(utf8(U'\u00e9') == "\xC3\xA9");
    CHECK(utf8(U'\u6f22') == "\xE6\xBC\xA2");
    CHECK(utf8(U'\U0001F600') == "\xF0\x9F\x98\x80");
}

TEST_CASE("What is not UTF-8 is refused, with its line", "[dataset]") {
    const std::vector<std::string> invalid = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC3",
        "\xC3\x28",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xE6\xBC",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x98",
        "\xF4\x90\x80\x80",
        "\xF4\x90\x80\x81",
        "\xF7\xBF\xBF\xBF",
        "\xF5\x80",
        "\xF8\x88\x80\x80\x80",
        "\xF8\x84\x8F\xBF\xBF",
        "\xFE",
        "\xFF",
        "\xE6\xBC\xC3",
    };
    for (const std::string& bytes : invalid) {
        CAPTURE(bytes);
        size_t i = 0;
        CHECK(next_char(bytes, i) > 0x10FFFF);  // not a character
        CHECK(contains(error_of([&] { docs_in("a\r\nb\rc\n" + bytes + "\nd"); }), "docs.txt:4: not UTF-8"));
        CHECK_THROWS_AS(docs_in(bytes), std::runtime_error);
    }
}

TEST_CASE("Token ids follow the sorted characters, and BOS is the last", "[tokenizer]") {
    init_tokenizer({"bab", "\U0001F600", "c\u00e9"});
    CHECK(uchars == U"abc\u00e9\U0001F600");
    CHECK(BOS == 5);
    CHECK(vocab_size == 6);
    CHECK(encode("bab") == std::vector<size_t>{5, 1, 0, 1, 5});
    CHECK(encode("") == std::vector<size_t>{5, 5});
    std::string decoded;
    for (const size_t token_id : encode("c\u00e9\U0001F600"))
        if (token_id != BOS) decoded += utf8(uchars[token_id]);
    CHECK(decoded == "c\u00e9\U0001F600");
    CHECK(encode("bab", 2) == std::vector<size_t>{5, 1, 0, 5});  // the first two characters
    CHECK(encode("\u00e9c\U0001F600", 2) == std::vector<size_t>{5, 3, 2, 5});
    CHECK(encode("bab", 0) == std::vector<size_t>{5, 5});
    CHECK(contains(error_of([] { encode("ba\u00eb"); }), "\u00eb"));  // not in the dataset

    std::string many;
    for (char32_t ch = 0x4E00; ch < 0x4E00 + 5000; ++ch) many += utf8(ch);
    init_tokenizer({many});
    CHECK(vocab_size == 5001);
    CHECK(encode(many).size() == 5002);
    CHECK(encode(many)[5000] == 4999);
    init_tokenizer({"aaa"});
    CHECK(vocab_size == 2);
}

// ---- Autograd

TEST_CASE("Each operation has the value and the gradients of mathematics", "[autograd]") {
    struct Case {
        std::string name;
        std::function<Value(Value, Value)> op;
        std::function<double(double, double)> f;
    };
    const std::vector<Case> cases = {
        {"x + y", [](Value x, Value y) { return x + y; }, [](double x, double y) { return x + y; }},
        {"x - y", [](Value x, Value y) { return x - y; }, [](double x, double y) { return x - y; }},
        {"x * y", [](Value x, Value y) { return x * y; }, [](double x, double y) { return x * y; }},
        {"x / y", [](Value x, Value y) { return x / y; }, [](double x, double y) { return x / y; }},
        {"x + 3", [](Value x, Value) { return x + 3; }, [](double x, double) { return x + 3; }},
        {"x - 3", [](Value x, Value) { return x - 3; }, [](double x, double) { return x - 3; }},
        {"x * 3", [](Value x, Value) { return x * 3; }, [](double x, double) { return x * 3; }},
        {"x / 3", [](Value x, Value) { return x / 3; }, [](double x, double) { return x / 3; }},
        {"3 + x", [](Value x, Value) { return 3 + x; }, [](double x, double) { return 3 + x; }},
        {"3 - x", [](Value x, Value) { return 3 - x; }, [](double x, double) { return 3 - x; }},
        {"3 * x", [](Value x, Value) { return 3 * x; }, [](double x, double) { return 3 * x; }},
        {"3 / x", [](Value x, Value) { return 3 / x; }, [](double x, double) { return 3 / x; }},
        {"-x", [](Value x, Value) { return -x; }, [](double x, double) { return -x; }},
        {"x^2", [](Value x, Value) { return x.pow(2); }, [](double x, double) { return x * x; }},
        {"x^-1", [](Value x, Value) { return x.pow(-1); }, [](double x, double) { return 1 / x; }},
        {"y^0.5", [](Value, Value y) { return y.pow(0.5); }, [](double, double y) { return std::sqrt(y); }},
        {"log y", [](Value, Value y) { return y.log(); }, [](double, double y) { return std::log(y); }},
        {"exp x", [](Value x, Value) { return x.exp(); }, [](double x, double) { return std::exp(x); }},
        {"relu x", [](Value x, Value) { return x.relu(); }, [](double x, double) { return x > 0 ? x : 0; }},
    };
    for (const Case& c : cases) {
        for (const double x : {-2.0, -0.5, 0.75, 3.0}) {
            for (const double y : {0.25, 1.5, 4.0}) {
                CAPTURE(c.name, x, y);
                tape = Tape();
                const Value a(x), b(y);
                const size_t size = tape.size;
                const Value result = c.op(a, b);
                CHECK(tape.size == size + 1);  // one operation, one place on the tape
                result.backward();
                CHECK(result.data() == near(c.f(x, y)));
                CHECK(result.grad() == 1);
                CHECK(a.grad() == Approx(slope([&](double t) { return c.f(t, y); }, x)).epsilon(1e-7).margin(1e-8));
                CHECK(b.grad() == Approx(slope([&](double t) { return c.f(x, t); }, y)).epsilon(1e-7).margin(1e-8));
            }
        }
    }
}

TEST_CASE("relu at 0 is flat, and 0 for nan, as in microgpt.py", "[autograd]") {
    tape = Tape();
    const Value x(0.0);
    x.relu().backward();
    CHECK(x.grad() == 0);
    CHECK(Value(-1.0).relu().data() == 0);
    CHECK(Value(std::nan("")).relu().data() == 0);
}

TEST_CASE("a / b is a * b^-1, to the last bit, as in microgpt.py", "[autograd]") {
    CHECK((Value(3) / Value(5)).data() == 0.6000000000000001);  // and not 0.6
    CHECK((Value(3) / 5).data() == 0.6000000000000001);
    CHECK((3 / Value(5)).data() == 0.6000000000000001);
}

TEST_CASE("log of 0 is an error, as in Python, and log of nan is nan", "[autograd]") {
    CHECK_THROWS_AS(Value(0.0).log(), std::runtime_error);
    CHECK(std::isnan(Value(std::nan("")).log().data()));
}

TEST_CASE("Value(x) makes a leaf of any number: it has data, and no grad yet", "[autograd]") {
    tape = Tape();
    const Value x(2.5), two(2), large(size_t{1000});
    CHECK(tape.size == 3);
    CHECK(x.data() == 2.5);
    CHECK(x.grad() == 0);
    x.backward();
    CHECK(x.grad() == 1);
    x.backward();
    CHECK(x.grad() == 1);    // a number changes as fast as itself, however often that is asked
    CHECK(two.data() == 2);  // a number, not the place 2
    CHECK(large.data() == 1000);
}

TEST_CASE("Value(Place(i)) refers to what is at place i, and appends nothing", "[autograd]") {
    tape = Tape();
    const Value x(2.5), y(3);
    const Value again(Place(x.place));
    CHECK(tape.size == 2);
    CHECK(again.data() == 2.5);
    (again * y).backward();
    CHECK(x.grad() == 3);
}

TEST_CASE("A Value stays good when the tape grows, and copies of it are the same number", "[autograd]") {
    tape = Tape();
    const Value x(3), square = x * x;
    const Vector y = leaves({1, 2});
    square.backward();
    const auto append_to = [](Value value) {
        for (int i = 0; i < 1000000; ++i) value = value + 1;
        return value;
    };
    const Value last = append_to(square);
    CHECK(x.data() == 3);
    CHECK(x.grad() == 6);
    CHECK(square.data() == 9);
    CHECK(values_of(y) == std::vector<double>{1, 2});
    CHECK(last.data() == 9 + 1000000);
    last.backward();
    CHECK(x.grad() == 6 + 6);
    tape = Tape();
}

TEST_CASE("Gradients flow through expressions and shared nodes", "[autograd]") {
    tape = Tape();
    const Value a(2.0), b(3.0);
    const Value c = a * b;      // used twice
    const Value d = c + a;      // a is used twice, too
    const Value e = c * d - b;  // ab * (ab + a) - b
    e.backward();
    CHECK(e.data() == 6 * 8 - 3);
    CHECK(d.grad() == 6);
    CHECK(c.grad() == 8 + 6);
    CHECK(a.grad() == 14 * 3 + 6);
    CHECK(b.grad() == 14 * 2 - 1);

    tape = Tape();
    const Value x(3.0);
    (x * x + x / x - x).backward();
    CHECK(x.grad() == Approx(5));

    tape = Tape();
    const Value y(0.7);
    (1 / (1 + (-y).exp())).backward();  // the logistic function s, whose derivative is s * (1 - s)
    const double s = 1 / (1 + std::exp(-0.7));
    CHECK(y.grad() == near(s * (1 - s)));
}

TEST_CASE("Gradients of leaves accumulate over backward passes, each node's part counted once", "[autograd]") {
    tape = Tape();
    const Value a(2.0);
    const Value b = a * a;
    b.backward();
    CHECK(a.grad() == 4);
    const Value c(5.0);
    const Value d = a * c;
    d.backward();
    CHECK(a.grad() == 4 + 5);
    CHECK(c.grad() == 2);
    CHECK(b.grad() == 0);  // d does not depend on b
    d.backward();
    CHECK(a.grad() == 4 + 5 + 5);
    b.backward();  // not the last on the tape
    CHECK(a.grad() == 4 + 5 + 5 + 4);
    CHECK(d.grad() == 0);

    tape = Tape();
    const Value x(3.0);
    const Value y = 2 * x;  // the plain number comes first
    const Value z = dot(list(1, [&](size_t) { return y + 0; }), list(1, [&](size_t) { return y + 1; }));
    z.backward();
    CHECK(x.grad() == 2 * (6 + 7));
    y.backward();
    CHECK(x.grad() == 2 * (6 + 7) + 2);
    z.backward();
    CHECK(x.grad() == 2 * (6 + 7) + 2 + 2 * (6 + 7));
}

TEST_CASE("backward follows a chain of two million operations", "[autograd]") {
    tape = Tape();
    const Value x(1.0);
    Value y = x;
    for (int i = 0; i < 1000000; ++i) y = (y + x) - 1;
    y.backward();
    CHECK(y.data() == 1);
    CHECK(x.grad() == 1000001);
    tape = Tape();
}

TEST_CASE("The tape is cut back to its leaves", "[autograd]") {
    tape = Tape();
    const Value x(2.0);
    (x * x).backward();
    tape.start = 1;
    tape.cut();
    CHECK(tape.size == 1);
    CHECK(x.grad() == 4);
    const Value y = x * 3;
    CHECK(y.grad() == 0);  // its place was used before
    y.backward();
    CHECK(x.grad() == 4 + 3);
}

TEST_CASE("A dot product is one node, and equal to the sum of products", "[autograd]") {
    const std::vector<double> w = {0.5, -1.25, 2, 3, -0.75}, x = {4, 0.25, -1, 0.125, 8};
    for (size_t n = 0; n <= w.size(); ++n) {
        CAPTURE(n);
        tape = Tape();
        const Vector w1 = leaves(w), x1 = leaves(x), w2 = leaves(w), x2 = leaves(x);
        const size_t size = tape.size;
        const Value one = dot(w1.slice(0, n), x1.slice(0, n));
        CHECK(tape.size == size + 1);
        Value total(0.0);
        for (size_t i = 0; i < n; ++i) total = total + w2[i] * x2[i];
        (3 * one + 3 * total).backward();
        CHECK(one.data() == total.data());
        for (size_t i = 0; i < w.size(); ++i) {
            CHECK(w1[i].grad() == w2[i].grad());
            CHECK(x1[i].grad() == x2[i].grad());
            CHECK(w1[i].grad() == (i < n ? 3 * x[i] : 0));
        }
    }
    tape = Tape();
    const Vector y = leaves({1, 2, 3});
    dot(y, y).backward();  // both runs the same
    CHECK(y[2].grad() == 6);
    sum(y).backward();
    CHECK(sum(y).data() == 6);
    CHECK(y[2].grad() == 6 + 1);
}

TEST_CASE("An operation on Vectors is the operation on each of their elements", "[autograd]") {
    struct Case {
        std::string name;
        std::function<Vector(Vector, Vector, Value)> op;  // of two Vectors and a number
        std::function<double(double, double, double)> f;
    };
    const std::vector<Case> cases = {
        {"x + y", [](Vector x, Vector y, Value) { return x + y; }, [](double x, double y, double) { return x + y; }},
        {"x - c", [](Vector x, Vector, Value c) { return x - c; }, [](double x, double, double c) { return x - c; }},
        {"x * c", [](Vector x, Vector, Value c) { return x * c; }, [](double x, double, double c) { return x * c; }},
        {"x / c", [](Vector x, Vector, Value c) { return x / c; }, [](double x, double, double c) { return x / c; }},
        {"x - 3", [](Vector x, Vector, Value) { return x - 3; }, [](double x, double, double) { return x - 3; }},
        {"x * 3", [](Vector x, Vector, Value) { return x * 3; }, [](double x, double, double) { return x * 3; }},
        {"x / 3", [](Vector x, Vector, Value) { return x / 3; }, [](double x, double, double) { return x / 3; }},
        {"exp x", [](Vector x, Vector, Value) { return exp(x); }, [](double x, double, double) { return std::exp(x); }},
        {"relu x", [](Vector x, Vector, Value) { return relu(x); },
         [](double x, double, double) { return x > 0 ? x : 0; }},
    };
    const std::vector<double> numbers = {0.5, -1.5, 2, 1.25, 4, -0.25, 0.75};  // three of x, three of y, and c
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const auto result = [&](Vector all) { return c.op(all.slice(0, 3), all.slice(3, 3), all[6]); };
        tape = Tape();
        const Vector all = leaves(numbers);
        const Vector z = result(all);
        CHECK(z.start == 7);
        CHECK(tape.size == 7 + 3);  // each element is one number on the tape
        REQUIRE(z.length == 3);
        for (size_t i = 0; i < 3; ++i) CHECK(z[i].data() == near(c.f(numbers[i], numbers[3 + i], numbers[6])));
        const auto weighted = [&](Vector at) { return dot(result(at), leaves({1, -2, 3})); };
        check_gradients(weighted, numbers);
    }
}

TEST_CASE("The lengths of two Vectors must be the same", "[autograd]") {
    tape = Tape();
    const Vector two = leaves({1, 2}), three = leaves({1, 2, 3}), empty = leaves({});
    for (const auto& [x, y] : std::vector<std::pair<Vector, Vector>>{{two, three}, {three, two}, {empty, two}}) {
        CHECK_THROWS_AS(dot(x, y), std::runtime_error);
        CHECK_THROWS_AS(x + y, std::runtime_error);
    }
    CHECK_THROWS_AS(linear(two, {three, three}), std::runtime_error);
}

TEST_CASE("Each element of a list must be one new number", "[autograd]") {
    tape = Tape();
    const Vector x = leaves({1, 2, 3});
    CHECK(values_of(list(3, [&](size_t i) { return x[i] + 1; })) == std::vector<double>{2, 3, 4});
    CHECK_THROWS_AS(list(3, [&](size_t i) { return x[i]; }), std::runtime_error);          // old numbers
    CHECK_THROWS_AS(list(1, [&](size_t) { return x[2]; }), std::runtime_error);            // the newest of them
    CHECK_THROWS_AS(list(3, [&](size_t i) { return x[i] * 2 + 1; }), std::runtime_error);  // two new numbers
    CHECK_THROWS_AS(list(1, [&](size_t i) { return x[i] * 2 + 1; }), std::runtime_error);
    CHECK_THROWS_AS(list(2,
                         [&](size_t i) {
                             const Value first = x[i] * 2;
                             first + 1;
                             return first;  // the first of two
                         }),
                    std::runtime_error);
    Value once(0);
    CHECK_THROWS_AS(list(2, [&](size_t i) { return i == 0 ? once = x[i] + 1 : once; }),
                    std::runtime_error);  // nothing new
}

// ---- Model

TEST_CASE("softmax gives probabilities", "[model]") {
    tape = Tape();
    const std::vector<double> p = values_of(softmax(leaves({1, 2, 4})));
    const double total = std::exp(1) + std::exp(2) + std::exp(4);
    CHECK(p[0] == near(std::exp(1) / total));
    CHECK(p[2] == near(std::exp(4) / total));
    CHECK(p[0] + p[1] + p[2] == near(1));

    const std::vector<double> shifted = values_of(softmax(leaves({1001, 1002, 1004})));  // exp(1001) overflows
    const std::vector<double> far = values_of(softmax(leaves({-1003, -1002, -1000})));
    for (size_t i = 0; i < 3; ++i) {
        CHECK(shifted[i] == near(p[i]));
        CHECK(far[i] == near(p[i]));
    }
    CHECK(values_of(softmax(leaves({7}))) == std::vector<double>{1});
    CHECK(values_of(softmax(leaves({-1000, 0, 1000}))) == std::vector<double>{0, 0, 1});
    CHECK(values_of(softmax(leaves({-1000, 1000, 0}))) == std::vector<double>{0, 1, 0});  // the largest at any place
    CHECK(values_of(softmax(leaves({1000, 0, -1000}))) == std::vector<double>{1, 0, 0});
}

TEST_CASE("rmsnorm keeps the direction, and makes the mean square 1", "[model]") {
    tape = Tape();
    const std::vector<double> y = values_of(rmsnorm(leaves({3, -4, 12, 0})));
    const double scale = 1 / std::sqrt((9 + 16 + 144) / 4.0 + 1e-5);
    CHECK(y[0] == near(3 * scale));
    CHECK(y[1] == near(-4 * scale));
    CHECK(y[3] == 0);
    CHECK((y[0] * y[0] + y[1] * y[1] + y[2] * y[2]) / 4 == Approx(1).epsilon(1e-6));
    CHECK(values_of(rmsnorm(leaves({300, -400, 1200, 0})))[1] == Approx(y[1]).epsilon(1e-6));
    CHECK(values_of(rmsnorm(leaves({0, 0})))[0] == 0);
}

TEST_CASE("softmax and rmsnorm have the gradients of central differences", "[model]") {
    for (Vector (*f)(Vector) : {softmax, rmsnorm})
        check_gradients([&](Vector x) { return dot(f(x), leaves({1, -2, 3, 0.5})); }, {0.5, -1, 2, 0.25});
}

TEST_CASE("linear multiplies a matrix by a vector", "[model]") {
    tape = Tape();
    const Matrix w = {leaves({1, 2, 3}), leaves({4, 5, 6})};
    const Vector y = linear(leaves({1, 0, -1}), w);
    CHECK(values_of(y) == std::vector<double>{1 - 3, 4 - 6});
    CHECK(y[1].place == y[0].place + 1);  // neighbours
}

TEST_CASE("The parameters are microgpt.py's, in its order", "[model]") {
    fresh_model();
    CHECK(params.start == 0);
    CHECK(params.length == 4192);
    const Layer& layer = state_dict.layer.at(0);
    size_t next = 0;
    for (const auto& [w, nout, nin] : std::vector<std::tuple<Matrix, size_t, size_t>>{{state_dict.wte, 27, 16},
                                                                                      {state_dict.wpe, 16, 16},
                                                                                      {state_dict.lm_head, 27, 16},
                                                                                      {layer.attn_wq, 16, 16},
                                                                                      {layer.attn_wk, 16, 16},
                                                                                      {layer.attn_wv, 16, 16},
                                                                                      {layer.attn_wo, 16, 16},
                                                                                      {layer.mlp_fc1, 64, 16},
                                                                                      {layer.mlp_fc2, 16, 64}}) {
        CAPTURE(next);
        CHECK(w.size() == nout);
        for (const Vector row : w) {
            CHECK(row.start == next);
            CHECK(row.length == nin);
            next += nin;
        }
    }
    CHECK(next == params.length);
    CHECK(tape.start == params.length);  // where cut() goes back to
    CHECK(tape.size == params.length);
    CHECK(state_dict.layer.size() == 1);
}

TEST_CASE("The loss of a name has microgpt.py's gradients", "[model]") {
    const Docs docs = fresh_model();
    REQUIRE(docs[0] == "myliah");
    const Value loss = average_loss(encode(docs[0]));
    CHECK(loss.data() == near(3.487362926026387));
    loss.backward();
    CHECK(params[0].grad() == near(0.02584449487115919));
    CHECK(params[500].grad() == near(-0.047083522380395315));
    CHECK(params[1000].grad() == near(0.007644416703219947));
    CHECK(params[2000].grad() == near(0.003066280760113035));
    CHECK(params[3000].grad() == near(-0.002289515205617359));
    CHECK(params[4000].grad() == near(0.0055019662750345755));
}

TEST_CASE("The gradient of every parameter agrees with central differences", "[model]") {
    fresh_model();
    const std::vector<size_t> tokens = encode("emma");
    const auto loss_at = [&](size_t i, double x) {
        const double before = std::exchange(tape.data[i], x);
        const double loss = average_loss(tokens).data();
        tape.data[i] = before;
        tape.cut();
        return loss;
    };
    average_loss(tokens).backward();
    tape.cut();
    size_t wrong = 0, zero = 0;
    for (size_t i = 0; i < params.length; ++i) {
        const double grad = params[i].grad();
        const double expected = slope([&](double x) { return loss_at(i, x); }, params[i].data());
        if (!(std::abs(grad - expected) <= 1e-8 + 1e-6 * std::abs(grad))) ++wrong;
        if (grad == 0) ++zero;
    }
    CHECK(wrong == 0);
    CHECK(zero < params.length / 2);  // the letters and places that emma does not have, and dead units
}

TEST_CASE("What comes later changes nothing earlier", "[model]") {
    fresh_model();
    const auto logits_of = [&](const std::vector<size_t>& tokens) {
        Cache keys, values;
        std::vector<std::vector<double>> logits;
        for (size_t pos_id = 0; pos_id < tokens.size(); ++pos_id)
            logits.push_back(values_of(gpt(tokens[pos_id], pos_id, keys, values)));
        return logits;
    };
    const auto one = logits_of({26, 4, 12, 12, 0}), other = logits_of({26, 4, 12, 20, 3});
    for (size_t pos_id = 0; pos_id < 3; ++pos_id) CHECK(one[pos_id] == other[pos_id]);
    CHECK(one[3] != other[3]);
    CHECK(one[4] != other[4]);
    const auto third = logits_of({26, 5, 12, 12, 0});  // what comes earlier does change what is later
    for (size_t pos_id = 1; pos_id < 5; ++pos_id) CHECK(one[pos_id] != third[pos_id]);
    CHECK(logits_of({26, 4, 12})[2] == one[2]);
}

TEST_CASE("A document longer than the block is cut to it", "[model]") {
    fresh_model();
    const std::vector<size_t> cut = encode(std::string(block_size, 'a'));
    const std::vector<size_t> longer = encode(std::string(block_size + 5, 'a'));
    CHECK(average_loss(longer).data() == average_loss(cut).data());
    CHECK(average_loss(encode(std::string(block_size - 1, 'a'))).data() != average_loss(cut).data());
}

TEST_CASE("A step allocates nothing on the tape once it has grown", "[model]") {
    fresh_model();
    const std::vector<size_t> tokens = encode(std::string(block_size, 'a'));
    average_loss(tokens).backward();
    tape.cut();
    const double* const data = tape.data.data();
    const Node* const nodes = tape.nodes.data();
    average_loss(tokens).backward();
    CHECK(tape.data.data() == data);
    CHECK(tape.nodes.data() == nodes);
}

// ---- Optimizer, training and sampling

TEST_CASE("Adam moves a parameter as microgpt.py does", "[training]") {
    fresh_model();
    tape.data[7] = 0.5;
    const double still = params[8].data();
    const std::vector<double> grads = {0.5, -0.25, 2},
                              expected = {0.4900000002, 0.48760570613611626, 0.48068318666868254};
    for (int step = 0; step < 3; ++step) {
        tape.grad[7] = grads[static_cast<size_t>(step)];
        update_params(step);
        CHECK(params[7].data() == near(expected[static_cast<size_t>(step)]));
        CHECK(params[7].grad() == 0);
    }
    CHECK(params[8].data() == still);  // its grad was 0
}

TEST_CASE("The losses of the first steps are microgpt.py's", "[training]") {
    const Docs docs = fresh_model();
    const std::vector<double> losses = {3.487362926026387,  3.4163877016295805, 3.356768564746245,  3.136279030132205,
                                        3.060227637279854,  3.123981471491969,  3.122624847975108,  2.987804132930737,
                                        3.4039603110039978, 3.1604016816537692, 2.8840426453733654, 2.8757955981210648};
    for (size_t step = 0; step < losses.size(); ++step) {
        const Value loss = average_loss(encode(docs[step]));
        CHECK(loss.data() == near(losses[step]));
        loss.backward();
        update_params(static_cast<int>(step));
        tape.cut();
    }
}
