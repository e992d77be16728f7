// Tells what a model has understood from what it has learnt by heart: trains as microgpt.cpp does, but keeps the last
// 3,000 of the shuffled names for an examination. After training it prints their mean loss, and that of the names which
// it was trained on (of the first 3,000, if there are more). A name that stands in the file twice may be on both sides;
// of the 3,000 of data/names.txt, 417 are. tests/experiments.py uses it.
// usage: heldout DATASET [N]    with N, only the first N names are trained on

#include <cstdlib>

#define main microgpt_main
#include "../microgpt.cpp"
#undef main

int main(int argc, char** argv) try {
    std::vector<std::string> docs = load_docs(argc > 1 ? argv[1] : "data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    std::printf("num params: %zu\n", params.length);

    const size_t heldout = 3000;
    if (docs.size() <= heldout) throw std::runtime_error("there must be more than 3,000 documents");
    const std::vector<std::string> unseen(docs.end() - heldout, docs.end());
    docs.resize(docs.size() - heldout);
    if (argc > 2) docs.resize(std::min<size_t>(docs.size(), std::strtoul(argv[2], nullptr, 10)));
    if (docs.empty()) throw std::runtime_error("N must be a number, at least 1");
    train(docs);

    const auto print_mean_loss = [](const char* which, const std::vector<std::string>& names) {
        double total = 0;
        for (const std::string& doc : names) {
            total += average_loss(encode(doc, block_size)).data();
            tape.cut();
        }
        std::printf("\n%s %.4f", which, total / double(names.size()));
    };
    docs.resize(std::min<size_t>({docs.size(), num_steps, heldout}));
    print_mean_loss("trained on", docs);
    print_mean_loss("held-out", unseen);
    generate();
} catch (const std::exception& error) {
    std::fprintf(stderr, "heldout: %s\n", error.what());
    return 1;
}
