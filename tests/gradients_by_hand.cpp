// Autograd and the formulas of by_hand.cpp know nothing of each other. Here they have to agree.
#define main microgpt_main
#include "other_constants.cpp"  // microgpt.cpp with two layers, and other constants
#undef main
#define main by_hand_main
#include "lessons/by_hand.cpp"
#undef main
#include "support.hpp"

// Whether x differs by rounding alone. A gradient is a sum of numbers of about 1 and less, added in two orders. Where
// they nearly cancel, the result is small but the rounding is not; it stays below 1e-15.
static bool same(double x, double expected) { return std::abs(x - expected) <= 1e-12 * std::abs(expected) + 1e-15; }
TEST_CASE("Gradients by hand are autograd's, before training and after it") {
    std::vector<std::string> docs = load_docs(SOURCE_DIR "/data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    const auto take_grads = [] {  // of all parameters, which are 0 again afterwards
        std::vector<double> grads(params.length);
        std::swap_ranges(grads.begin(), grads.end(), tape.grad.begin() + std::ptrdiff_t(params.start));
        return grads;
    };
    std::vector<std::string> some(docs.begin(), docs.begin() + 20);
    some.insert(some.end(), {"", "a", "emma", "aaaaaaaa", "averyveryveryverylongname"});
    for (const bool trained : {false, true}) {
        if (trained) train(docs);
        for (const std::string& doc : some) {
            CAPTURE(trained, doc);
            const std::vector<size_t> tokens = encode(doc, block_size + 1);
            const Value loss = average_loss(tokens);
            loss.backward();
            const std::vector<double> expected = take_grads();
            CHECK(same(forward_backward(tokens), loss.data()));
            CHECK(std::ranges::equal(take_grads(), expected, same));
            CHECK(std::ranges::count(expected, 0) < std::ptrdiff_t(params.length));
            tape.cut();
        }
    }
}
