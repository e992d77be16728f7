// What the parts of microgpt.cpp promise beyond tests.cpp. The numbers here were printed by python3 or microgpt.py.
#define main microgpt_main
#include "../microgpt.cpp"
#undef main
#include <functional>
#include <sstream>
#include <tuple>
#include <type_traits>

#include "support.hpp"
using Docs = std::vector<std::string>;
using Tokens = std::vector<size_t>;
using Numbers = std::vector<double>;
const double inf = HUGE_VAL, NaN = std::nan("");
static Approx about(double x) { return Approx(x).epsilon(1e-12).margin(1e-15); }  // differs by rounding alone
static Vector leaves(const Numbers& x) {                                          // of new numbers
    return list_of(x.size(), [&](size_t i) { return Value(x[i]); });
}
static Numbers data_of(Vector x) { return {&tape.data[x.start], &tape.data[x.start] + x.length}; }
static Docs docs_in(const std::string& text) { return load_docs(Folder("docs.txt", text).path.string() + "/docs.txt"); }
static std::string error_of(const std::function<void()>& f) try {  // what its exception says; "none" if it throws none
    f();
    return "none";
} catch (const std::exception& error) {
    return error.what();
}
static void check_refused(const std::string& message, const std::vector<std::function<void()>>& actions) {
    for (const auto& action : actions) {
        CAPTURE(message, &action - &actions[0]);
        CHECK(contains(error_of(action), message));
    }
}

// ---- Random numbers, dataset, tokenizer
TEST_CASE("Random draws what Python's random draws") {
    CHECK(Random(42).random() == 0x1.4762f307200c5p-1);
    CHECK(Random(0).random() == 0.8444218515250481);
    CHECK(Random(4294967295).random() == 0.6353574441341173);
    Random r(42);
    CHECK(Tokens{r.getrandbits(1), r.getrandbits(5), r.getrandbits(16), r.getrandbits(27), r.getrandbits(32)} ==
          Tokens{1, 3, 1639, 99529223, 1181241943});
    r = Random(42);  // gauss makes pairs
    for (const double x : {-0.14409032957792836, -0.1729036003315193, -0.11131586156766246, 0.7019837250988631})
        CHECK(r.gauss(10, 0.5) == about(10 + 0.5 * x));
    Tokens x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, drawn(20);
    Random(42).shuffle(x);
    CHECK(x == Tokens{7, 3, 2, 8, 5, 6, 9, 4, 0, 1});
    r = Random(42);
    for (size_t& i : drawn) i = r.choices({1, 0, 2, 5});
    CHECK(drawn == Tokens{3, 0, 2, 2, 3, 3, 3, 0, 3, 0, 2, 3, 0, 2, 3, 3, 2, 3, 3, 0});
    const double border = Random(42).random();
    CHECK(Random(42).choices({border, 1 - border}) == 1);
    CHECK(Random(42).choices({5e-324}) == 0);  // though 0.64 times that rounds to all of it
    for (const Numbers& weights : {Numbers{0, 0}, {1, -2}, {1, NaN}, {1, inf}})  // as Python's refuses them
        CHECK(contains(error_of([&] { r.choices(weights); }), "cannot choose"));
}
TEST_CASE("A document is a line, stripped, and not empty") {
    for (const char* text : {"anna\nbob\n", "anna\nbob", "anna\r\nbob\r\n", "anna\rbob\r", "anna\n\n \n\r\n\r\rbob"})
        CHECK(docs_in(text) == Docs{"anna", "bob"});
    CHECK(docs_in("  anna lee \n\tbob") == Docs{"anna lee", "bob"});
    CHECK(docs_in(std::string("a\0b\n\0", 5)) == Docs{std::string("a\0b", 3), std::string(1, '\0')});
    CHECK(docs_in("\uFEFFa\n") == Docs{"\uFEFFa"});  // a byte-order mark of UTF-8 stays, as in Python
    for (const size_t size : {1u, 65535u, 65536u, 65537u, 1000000u})
        CHECK(docs_in(std::string(size, 'a')) == Docs{std::string(size, 'a')});
    // [c for c in range(0x110000) if chr(c).isspace()]: all that str.strip removes
    std::u32string spaces = U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000";
    for (char32_t ch = 0x2000; ch <= 0x200a; ++ch) spaces += ch;
    std::string around, lines;
    Docs others;
    for (const char32_t ch : spaces) around += utf8(ch);
    for (char32_t ch = 0; ch < 0x3100; ++ch)
        if (spaces.find(ch) == none) lines += others.emplace_back(utf8(ch)) + "\n";
    CHECK(docs_in(around + "a" + around) == Docs{"a"});
    CHECK(contains(error_of([&] { docs_in(around); }), "no documents in "));
    CHECK(docs_in(lines) == others);
}
TEST_CASE("UTF-8 is decoded and encoded, there and back, and what is not UTF-8 is refused, with its line") {
    for (const char32_t ch : {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFDu, 0x10000u, 0x10FFFFu}) {
        size_t i = 0;
        CHECK(next_char(utf8(ch), i) == ch);
        CHECK(i == utf8(ch).size());
        CHECK(docs_in(utf8(ch)) == Docs{utf8(ch)});
    }
    CHECK(utf8(U'\u00e9') + utf8(U'\u6f22') + utf8(U'\U0001F600') == "\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x98\x80");
    std::istringstream wrong(
        "\x80 \xBF \xC0\x80 \xC1\xBF \xC3 \xC3\x28 \xE0\x80\x80 \xE0\x9F\xBF \xE6\xBC \xED\xA0\x80 \xED\xBF\xBF "
        "\xF0\x80\x80\x80 \xF0\x8F\xBF\xBF \xF0\x9F\x98 \xF4\x90\x80\x80 \xF4\x90\x80\x81 \xF7\xBF\xBF\xBF \xF5\x80 "
        "\xF8\x88\x80\x80\x80 \xF8\x84\x8F\xBF\xBF \xFE \xFF \xE6\xBC\xC3");
    for (std::string bytes; wrong >> bytes;) {
        CAPTURE(bytes);
        CHECK(contains(error_of([&] { docs_in("a\r\nb\rc\n" + bytes + "\nd"); }), "docs.txt:4: not UTF-8"));
        CHECK(contains(error_of([&] { docs_in(bytes); }), "docs.txt:1: not UTF-8"));
    }
}
TEST_CASE("Token ids follow the sorted characters, and BOS is the last") {
    init_tokenizer({"bab", "\U0001F600", "c\u00e9"});
    CHECK(uchars == U"abc\u00e9\U0001F600");
    CHECK(vocab_size == 6);
    CHECK(encode("bab") == Tokens{5, 1, 0, 1, 5});
    CHECK(encode("") == Tokens{5, 5});
    CHECK(encode("bab", 1) == Tokens{5});  // the first of these
    CHECK(encode("bab", 4) == Tokens{5, 1, 0, 1});
    CHECK(encode("bab", 5) == encode("bab"));
    CHECK(contains(error_of([] { encode("ba\u00eb"); }), "ba\u00eb"));  // not in the dataset
    std::string many;
    for (char32_t ch = 0x4E00; ch < 0x4E00 + 5000; ++ch) many += utf8(ch);
    init_tokenizer({many});
    CHECK(encode(many)[5000] == 4999);
    init_tokenizer({"aaa"});  // what was there before is forgotten
    CHECK(vocab_size == 2);
}
TEST_CASE("Only a file that is not there has a substitute") {
    const Folder folder("a.txt", "a\n");
    const std::string a = (folder.path / "a.txt").string();
    CHECK(load_docs(a + ".old", a) == Docs{"a"});
    CHECK(load_docs(a, a + ".old") == Docs{"a"});  // though errno may still say that there was no file
#ifndef _WIN32                                     // where it counts as not there
    CHECK(contains(error_of([&] { load_docs(a + "/b.txt", a); }), "cannot read " + a + "/b.txt: "));
#endif
}

// ---- Autograd
TEST_CASE("Where Python raises an exception, an operation fails and names itself, and elsewhere it does not") {
    for (const auto& [name, op, refused, taken] :
         std::vector<std::tuple<const char*, Value (*)(Value), Numbers, Numbers>>{
             {"log", [](Value x) { return x.log(); }, {0, -1, -inf}, {5e-324, inf, NaN}},
             {"exp", [](Value x) { return x.exp(); }, {710, 1e308}, {709, -1e308, -inf, inf, NaN}},
             {"pow", [](Value x) { return x.pow(-0.5); }, {0, -1, 1e-300}, {1e300, inf, NaN}},
             {"pow", [](Value x) { return x.pow(0.5); }, {0, -1}, {1e-300, inf, NaN}},  // at 0 the gradient is 1 / 0
             {"pow", [](Value x) { return x.pow(2.0); }, {1e200}, {0, -3, 1e-200, inf, NaN}},
             {"1 / x", [](Value x) { return 1 / x; }, {0, 5e-324, 1e-160}, {1e-150, -3, inf, -inf, NaN}},
             {"1 / x", [](Value x) { return Value(1) / x.data(); }, {0, 5e-324}, {1e-160, inf, NaN}}}) {
        CAPTURE(name);
        for (const double x : refused) CHECK(contains(error_of(std::bind(op, Value(x))), name));
        for (const double x : taken) CHECK(error_of(std::bind(op, Value(x))) == "none");
    }
    CHECK(error_of([] { Value(0).log(); }) == "log: no finite result; try another learning_rate");
    tape = Tape();
    const Value x(0);
    x.relu().backward();
    CHECK(x.grad() == 0);  // as in microgpt.py, where relu is flat at 0, and 0 for nan
    CHECK(Value(NaN).relu().data() == 0);
    CHECK(std::signbit((-x).data()));  // -0.0 is not 0.0
    for (const Value quotient : {Value(3) / Value(5), Value(3) / 5, 3 / Value(5)})
        CHECK(quotient.data() == 0.6000000000000001);  // 3 * 5^-1, and not 0.6
}
TEST_CASE("Value(x) appends a number, a copy and Value::at refer to one, and all stay good when the tape grows") {
    tape = Tape();
    const Value x(2.5), two(2), large(size_t{1000});
    const Value again = Value::at(x.place), copy = x;
    CHECK(data_of(Vector::at(0, tape.size)) == Numbers{2.5, 2, 1000});  // 2 is a number, not the place 2
    CHECK(x.grad() == 0);
    Value last = again * copy;
    for (int i = 0; i < 1000000; ++i) last = (last + x) - 1;
    CHECK(x.data() == 2.5);
    CHECK(last.data() == 2.5 * 2.5 + 1000000 * 1.5);
    last.backward();
    CHECK(x.grad() == 2 * 2.5 + 1000000);  // however long the chain is
}
TEST_CASE("backward adds to the grads before tape.start, the parameters, and computes all others anew") {
    tape = Tape();
    const Value a(2);
    tape.start = 1;
    (a * inf).data();  // what nobody uses does not matter, and 0 * inf would be nan
    const Value b = dot(Vector::at(0, 1), Vector::at(0, 1)), d = 5 * a;  // b is a * a
    const auto check = [&](Value from, Numbers grads) {                  // of a, b and d
        from.backward();
        CHECK(Numbers{a.grad(), b.grad(), d.grad()} == grads);
    };
    check(b, {4, 1, 0});
    check(d, {4 + 5, 0, 1});  // d does not depend on b
    check(d, {4 + 5 + 5, 0, 1});
    check(b, {4 + 5 + 5 + 4, 1, 0});  // though it is not the last on the tape
    check(a, {1, 0, 0});              // whatever its sum was
    tape.start = b.place + 1;         // b stays, too, and has its sum, but passes nothing on
    check(d, {1 + 5, 0, 1});
    check(b, {1 + 5, 1, 0});
    tape.start = 0;
    check(b, {4, 1, 0});
    tape.start = 1;
    tape.cut();
    CHECK(tape.size == 1);
    const Value y = a * 3;
    CHECK(y.grad() == 0);  // what its place had before is gone
    y.backward();
    CHECK(a.grad() == 4 + 3);
}
TEST_CASE("Vector operations are those on each element, softmax gives probabilities, rmsnorm a mean square of 1") {
    const auto f = [](auto x, auto y, auto c, auto d) { return ((((x + y) - c) * d / c - 3) * 8) / 4; };
    tape = Tape();
    const Vector x = leaves({.5, -1.5, 2}), y = leaves({1.25, 4, -.25}), c = leaves({2, -.5}), w = leaves({1, -2, 3});
    const std::array one_by_one = {f(x[0], y[0], c[0], c[1]), f(x[1], y[1], c[0], c[1]), f(x[2], y[2], c[0], c[1])};
    (one_by_one[0] * w[0] + one_by_one[1] * w[1] + one_by_one[2] * w[2]).backward();
    const Numbers grads(&tape.grad[0], &tape.grad[w.start]);
    const Vector together = f(x, y, c[0], c[1]);
    dot(together, w).backward();
    CHECK(data_of(together) == Numbers{one_by_one[0].data(), one_by_one[1].data(), one_by_one[2].data()});
    CHECK(Numbers(&tape.grad[0], &tape.grad[w.start]) == grads);
    const Vector five = leaves({1, 2, 3, 4, 5});
    const Matrix rows = matrix(2, 2);
    std::iota(&tape.data[rows[0].start], &tape.data[rows[0].start] + 4, 2.0);
    CHECK(data_of(linear(five.slice(0, 2), rows)) == Numbers{2 + 2 * 3, 4 + 2 * 5});  // or list_of fails: one node each
    CHECK(data_of(concat(std::array{five.slice(3, 2), five.slice(0, 1), five.slice(4, 1)})) == Numbers{4, 5, 1, 5});
    CHECK(dot(Vector(), Vector()).data() == 0);
    const auto softmax_of = [](const Numbers& x) { return data_of(softmax(leaves(x))); };
    const Numbers e = {std::exp(1), std::exp(2), std::exp(4)};
    for (const double shift : {0, 1000, -1000})  // exp(1000) would overflow
        for (size_t i = 0; i < 3; ++i)
            CHECK(softmax_of({1 + shift, 2 + shift, 4 + shift})[i] == about(e[i] / (e[0] + e[1] + e[2])));
    CHECK(softmax_of({7}) == Numbers{1});
    CHECK(softmax_of({-1000, 0, 1000}) == Numbers{0, 0, 1});
    CHECK(softmax_of({-1000, 1000, 0}) == Numbers{0, 1, 0});  // the largest at any place
    CHECK(softmax_of({1000, 0, -1000}) == Numbers{1, 0, 0});
    CHECK(data_of(rmsnorm(leaves({0, 0}))) == Numbers{0, 0});
    const Numbers long_one = {3, -4, 12, 0}, normed = data_of(rmsnorm(leaves(long_one)));
    for (size_t i = 0; i < 4; ++i) CHECK(normed[i] == about(long_one[i] / std::sqrt((9 + 16 + 144) / 4.0 + 1e-5)));
}
TEST_CASE("What would go wrong unseen is refused, and told, or does not compile") {
    tape = Tape();
    init_tokenizer({"a"});
    init_params();
    const Vector x = leaves({1, 2, 3, 4});
    const Value old = x[0] + 1;
    Cache keys, values;
    check_refused("index", {[&] { x[4]; }, [&] { x[size_t(-1)]; }, [&] { x.slice(2, 3); }, [&] { x.slice(0, 5); },
                            [&] { x.slice(size_t(-1), 2); }, [&] { x + x.slice(0, 3); }, [&] { x.slice(0, 3) + x; },
                            [&] { gpt(vocab_size, 0, keys, values); }, [&] { gpt(0, block_size, keys, values); },
                            [] { average_loss(encode(std::string(block_size, 'a'))); }});
    check_refused("dot", {[&] { dot(x, x.slice(0, 3)); }, [&] { dot(x.slice(0, 3), x); }});
    const auto list_with = [&](auto element) {
        return [x, element] { list_of(1, [&](size_t i) { return element(x[i]); }); };
    };
    check_refused("list_of", {list_with([](Value v) { return v; }),  // old numbers; or a new one, but also an old one
                              list_with([](Value v) { return std::pair(v * 2, v).second; }),
                              list_with([](Value) { return leaves(Numbers(2))[0]; }),  // two new ones
                              list_with([](Value v) { return v * 2 + 1; })});
    tape.cut();  // x and old are gone
    check_refused("tape.cut()", {[&] { x[0].data(); }, [&] { old.grad(); }, [&] { old.backward(); }, [&] { 1 / old; },
                                 [&] { dot(x, params.slice(0, 4)); }, [&] { dot(params.slice(0, 4), x); },
                                 [&] { dot(Vector::at(tape.size - 1, 2), params.slice(0, 2)); }});
    // What looks right and is not does not compile, but a seed at run time does.
    CHECK(!std::is_constructible_v<Vector, size_t, size_t>);           // two numbers, or a place and a length?
    CHECK(!std::is_assignable_v<decltype(params[0].data()), double>);  // it would change a copy
    CHECK(!std::is_assignable_v<decltype(params[0]), Value>);          // so would this
    CHECK(!std::is_convertible_v<double, Value>);                      // a number on the tape, or a plain one?
    const auto has_pow = [](auto c) {
        return requires(Value x) { x.pow(c); };
    };
    CHECK(has_pow(0.5));
    CHECK(!has_pow(1 / 2));
    CHECK(std::is_constructible_v<Random, std::time_t>);
}
TEST_CASE("A network of your own learns XOR, or is told what is missing") {
    tape = Tape();
    rng = Random(1);
    const Matrix w1 = matrix(8, 3, 1), w2 = matrix(1, 8, 1);
    CHECK(w1[0][0].data() == about(Random(1).gauss(0, 1)));
    params = Vector::at(0, tape.size);
    check_refused("tape.start = tape.size", {[] { tape.cut(); }});
    tape.start = tape.size;
    for (int step = 0; step < 300; ++step) {
        Value total(0);
        for (const Numbers& x : {Numbers{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}) {
            const Vector hidden = each(linear(leaves(x), w1), [](Value z) { return z.relu(); });
            total = total + (linear(hidden, w2)[0] - (x[0] != x[1])).pow(2.0);
        }
        total.backward();
        if (step == 299) CHECK(total.data() < 1e-3);
        update_params(step, 0.05);
        tape.cut();
    }
}

// ---- Model, training and sampling
TEST_CASE("Parameters and losses are microgpt.py's, and what was made before them is neither trained nor counted") {
    const Numbers before = GENERATE(Numbers{}, Numbers{0.5, 2, 3});
    tape = Tape();
    leaves(before);
    rng = Random(42);
    Docs docs = load_docs(SOURCE_DIR "/data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    CHECK(params.start == before.size());
    CHECK(params.length == 4192);
    CHECK(tape.size == before.size() + 4192);
    CHECK(tape.start == tape.size);
    for (int step = 0;
         const double expected : {3.487362926026387, 3.4163877016295805, 3.356768564746245, 3.136279030132205}) {
        const Value loss = average_loss(encode(docs[size_t(step)]));
        CHECK(loss.data() == about(expected));
        loss.backward();
        update_params(step, 0.01 * (1 - step / 1000.0));
        tape.cut();
        ++step;
    }
    CHECK(data_of(Vector::at(0, before.size())) == before);
}
TEST_CASE("Adam moves a parameter as microgpt.py does, and begins anew at step 0 and with other parameters") {
    for (const char* const text : {"one", "another", "another"}) {
        tape.start = tape.size;
        init_tokenizer({text});
        init_params();
        const Value behind(0.25);  // no parameter
        tape.grad[behind.place] = 1;
        const double still = params[8].data();
        tape.data[params[7].place] = 0.5;
        for (int step = 0; const auto& [grad, expected] :
                           {std::pair{0.5, 0.4900000002}, {-0.25, 0.48760570613611626}, {2, 0.48068318666868254}}) {
            tape.grad[params[7].place] = grad;
            update_params(step, 0.01 * (1 - step / 1000.0));
            CHECK(params[7].data() == about(expected));
            CHECK(params[7].grad() == 0);
            ++step;
        }
        CHECK(params[8].data() == still);  // its grad was 0
        CHECK(behind.data() == 0.25);
    }
    init_tokenizer({"a"});
    init_params();
    const double still = params[7].data();
    update_params(3, 0.01);  // what the other parameters left in m would move it
    CHECK(params[7].data() == still);
}
TEST_CASE("A second run in one program does what the first did, and no step leaves anything behind") {
    tape = Tape();
    Numbers first;
    for (const bool second : {false, true}) {
        rng = Random(42);
        run({"anna", "bob", "carl"});
        CHECK(tape.size == tape.start);  // after generate
        if (!second) first = data_of(params);
    }
    CHECK(first.size() == 3584);
    CHECK(data_of(params) == first);
    train({"anna"});
    CHECK(tape.size == tape.start);
}
