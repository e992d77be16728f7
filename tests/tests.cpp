// The last chapter: how do we know that microgpt.cpp is right? Here are four tests, in the order of README.md: the
// tokens, the tape, each operation, and the whole model. Each says what would make it fail. Try that: change the line
// in microgpt.cpp, and then: cmake --build build --target microgpt_tests && build/tests
//
// Three of the four ask one question. A gradient says how fast a result changes with a number. That can be measured
// without any calculus: make the number a little larger, then a little smaller, and see how far the result has moved.
// Autograd knows nothing of this measurement. If both find the same for every number, both can be trusted.

#define main microgpt_main  // this program takes its main from Catch2
#include "../microgpt.cpp"
#undef main

#include <functional>

#include "support.hpp"

namespace {

// How fast f(x) changes with x, as measured. Rounding, and the step that is small but not 0, make it a little wrong.
Approx measured(const std::function<double(double)>& f, double x) {
    const double step = 1e-5;
    return Approx((f(x + step) - f(x - step)) / (2 * step)).epsilon(1e-6).margin(1e-8);
}

// The operations of Values, under the names that C++ has for plain numbers.
Value pow(Value x, double c) { return x.pow(c); }
Value log(Value x) { return x.log(); }
Value exp(Value x) { return x.exp(); }
Value relu(Value x) { return x.relu(); }
double relu(double x) { return x > 0 ? x : 0; }
using std::exp, std::log, std::pow;

struct Operation {  // written once, with auto, it can be done with Values and with plain numbers
    std::string name;
    std::function<Value(Value, Value)> of_values;
    std::function<double(double, double)> of_numbers;
    Operation(const char* text, auto f) : name(text), of_values(f), of_numbers(f) {}
};

}  // namespace

// Fails if, for example, uchars is not sorted, or encode forgets the BOS at the end.
TEST_CASE("Tokens: a name becomes numbers, and the numbers become the name again") {
    const std::vector<std::string> docs = load_docs(SOURCE_DIR "/data/names.txt");
    init_tokenizer(docs);
    CHECK(uchars == U"abcdefghijklmnopqrstuvwxyz");
    CHECK(BOS == 26);
    CHECK(vocab_size == 27);
    CHECK(encode("emma") == std::vector<size_t>{26, 4, 12, 12, 0, 26});
    size_t same = 0;
    for (const std::string& doc : docs) {
        std::string again;
        for (const size_t token_id : encode(doc))
            if (token_id != BOS) again += utf8(uchars[token_id]);
        if (again == doc) ++same;
    }
    CHECK(same == docs.size());
    std::printf("tokens       %zu of %zu names come back unchanged from their token ids\n", same, docs.size());
}

// Fails if backward has = instead of +=, and so forgets one of two effects: a is used twice.
TEST_CASE("Tape: the five lines of README.md") {
    tape = Tape();
    const Value a(2), b(-3);
    const Value c = a * b;
    const Value d = c + 10;
    const Value e = d * a;
    e.backward();
    CHECK(tape.size == 5);  // one place for each; the plain number 10 takes none
    CHECK(e.data() == 8);
    CHECK(e.grad() == 1);  // e changes as fast as itself
    CHECK(d.grad() == 2);
    CHECK(c.grad() == 2);
    CHECK(b.grad() == 4);
    CHECK(a.grad() == -2);
    CHECK(a.grad() == measured([](double x) { return (x * -3 + 10) * x; }, 2));
    std::printf("tape         e = %g changes %g times as fast as a, %g times as fast as b\n", e.data(), a.grad(),
                b.grad());
}

// Fails if, for example, relu has the local gradient `data() > 0 ? 1.0 : 0.1`, as in README's experiments.
TEST_CASE("Operations: each has the result of plain numbers, and the gradients that are measured") {
    const std::vector<Operation> operations = {
        {"x + y", [](auto x, auto y) { return x + y; }},   {"x - y", [](auto x, auto y) { return x - y; }},
        {"x * y", [](auto x, auto y) { return x * y; }},   {"x / y", [](auto x, auto y) { return x / y; }},
        {"x + 3", [](auto x, auto) { return x + 3; }},     {"x - 3", [](auto x, auto) { return x - 3; }},
        {"x * 3", [](auto x, auto) { return x * 3; }},     {"x / 3", [](auto x, auto) { return x / 3; }},
        {"3 + y", [](auto, auto y) { return 3 + y; }},     {"3 - y", [](auto, auto y) { return 3 - y; }},
        {"3 * y", [](auto, auto y) { return 3 * y; }},     {"3 / y", [](auto, auto y) { return 3 / y; }},
        {"-x", [](auto x, auto) { return -x; }},           {"x^2", [](auto x, auto) { return pow(x, 2); }},
        {"x^-1", [](auto x, auto) { return pow(x, -1); }}, {"y^0.5", [](auto, auto y) { return pow(y, 0.5); }},
        {"log y", [](auto, auto y) { return log(y); }},    {"exp x", [](auto x, auto) { return exp(x); }},
        {"relu x", [](auto x, auto) { return relu(x); }},
    };
    for (const Operation& operation : operations) {
        const auto& f = operation.of_numbers;
        for (const double x : {-2.0, -0.5, 0.75, 3.0}) {
            for (const double y : {0.25, 1.5, 4.0}) {
                CAPTURE(operation.name, x, y);
                tape = Tape();
                const Value a(x), b(y);
                const Value result = operation.of_values(a, b);
                result.backward();
                CHECK(result.data() == Approx(f(x, y)).epsilon(1e-12));
                CHECK(a.grad() == measured([&](double number) { return f(number, y); }, x));
                CHECK(b.grad() == measured([&](double number) { return f(x, number); }, y));
                CHECK(tape.size == 3);  // two numbers and the result
            }
        }
    }
    std::printf("operations   %zu, each tried with 12 pairs of numbers\n", operations.size());
}

// Fails if one of 4,192 gradients is wrong, for example since backward forgets one of the two lists of a dot product.
TEST_CASE("Model: for emma, the gradients of all parameters are those that are measured") {
    tape = Tape();
    rng = Random(seed);
    std::vector<std::string> docs = load_docs(SOURCE_DIR "/data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    CHECK(params.length == 4192);

    const std::vector<size_t> tokens = encode("emma");
    const Value loss = average_loss(tokens);
    CHECK(loss.data() == Approx(3.3309).margin(5e-5));  // as microgpt.py has it, before training
    loss.backward();
    tape.cut();
    size_t same = 0;
    for (size_t i = 0; i < params.length; ++i) {
        const double before = params[i].data();
        const auto loss_with = [&](double number) {
            tape.data[params[i].place] = number;
            const double result = average_loss(tokens).data();
            tape.cut();
            return result;
        };
        if (params[i].grad() == measured(loss_with, before)) ++same;
        tape.data[params[i].place] = before;
    }
    CHECK(same == params.length);

    update_params(0, learning_rate);  // what gradients are for: one step with them
    CHECK(average_loss(tokens).data() == Approx(2.8546).margin(5e-5));
    std::printf("model        %zu of %zu gradients agree; one step lowers the loss of emma from 3.3309 to %.4f\n", same,
                params.length, average_loss(tokens).data());
}
