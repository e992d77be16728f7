// Autograd and the formulas of by_hand.cpp know nothing of each other. Here they have to agree.

#define main microgpt_main
#include MICROGPT  // microgpt.cpp, or a copy of it with other constants
#undef main
#define main by_hand_main
#include "by_hand.cpp"
#undef main

#include "common.hpp"

namespace {

// The gradients of all parameters, which are 0 again afterwards.
std::vector<double> take_gradients() {
    std::vector<double> grads(params.length);
    for (size_t i = 0; i < params.length; ++i) grads[i] = std::exchange(tape.grad[i], 0);
    return grads;
}

// Whether the doubles differ by rounding alone. A gradient is a sum of numbers of size 1 and less, and the
// two ways add them in another order. Where they nearly cancel, the result is small but the rounding is not;
// it stays below 1e-15.
bool same(double x, double expected) { return std::abs(x - expected) <= 1e-12 * std::abs(expected) + 1e-15; }

void compare_gradients(const std::vector<size_t>& tokens) {
    const Value loss = average_loss(tokens);
    loss.backward();
    const double expected_loss = loss.data();
    const std::vector<double> expected = take_gradients();
    tape.cut();
    CHECK(same(forward_backward(tokens), expected_loss));
    const std::vector<double> grads = take_gradients();
    size_t wrong = 0, zero = 0;
    for (size_t i = 0; i < params.length; ++i) {
        if (!same(grads[i], expected[i])) ++wrong;
        if (expected[i] == 0) ++zero;
    }
    CHECK(wrong == 0);
    CHECK(zero < params.length);
}

}  // namespace

TEST_CASE("Gradients by hand are autograd's, before training and after it", "[by_hand]") {
    std::vector<std::string> docs = load_docs(SOURCE_DIR "/data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    for (const bool trained : {false, true}) {
        CAPTURE(trained);
        for (size_t i = 0; i < 20; ++i) compare_gradients(encode(docs[i]));
        for (const std::string doc : {"", "a", "emma", "aaaaaaaa", "averyveryveryverylongname"})
            compare_gradients(encode(doc));
        for (int step = 0; !trained && step < num_steps; ++step) {
            average_loss(encode(docs[size_t(step) % docs.size()])).backward();
            update_params(step);
            tape.cut();
        }
    }
}
