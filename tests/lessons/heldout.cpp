// Trains microgpt.cpp, or a changed copy of it, and examines what it has learned. experiments.py compiles and runs it.
// usage: heldout docs=FILE num_steps=N [NAME=VALUE ...]    seed, learning_rate: as in microgpt.cpp; lr_t=learning_rate:
// the rate does not fall; test=FILE: prints the mean loss of these documents; ask=FILE: completes each beginning with
// the likeliest characters; samples=N; next=TEXT: the probability of each token after it, BOS last; rows=1: prints wte
#include <cstddef>
#include <map>
#include <vector>

std::vector<double> noted;  // a changed copy can put here what `next` shall print, or `test` the mean of
void note(const auto& x) {
    for (std::size_t i = 0; i < x.length; ++i) noted.push_back(x[i].data());
}
#define main microgpt_main
#include "microgpt.cpp"
#undef main
void print(const char* what, const std::vector<double>& numbers) {
    std::printf("%s", what);
    for (const double number : numbers) std::printf(" %.9g", number);
    std::puts("");
}
std::vector<double> numbers_of(Vector x) { return {&tape.data[x.start], &tape.data[x.start] + x.length}; }
std::vector<double> next_probs(const std::string& text, double t) {
    tape.cut();
    Cache keys, values;
    Vector probs;
    for (size_t pos_id = 0; const size_t token_id : encode(text, text.size() + 1)) {  // without the BOS at its end
        noted.clear();
        probs = softmax(gpt(token_id, pos_id++, keys, values) / t);
    }
    return numbers_of(probs);
}
std::string completed(std::string text, double t = temperature) {  // as generate does it
    for (size_t token_id; text.size() < block_size && (token_id = rng.choices(next_probs(text, t))) != BOS;)
        text += utf8(uchars[token_id]);
    return text;
}
int main(int argc, char** argv) try {
    std::map<std::string, std::string> options = {{"seed", "42"}, {"samples", "0"}};
    for (const std::string& option : std::vector<std::string>(argv + 1, argv + argc))
        options[option.substr(0, option.find('='))] = option.substr(option.find('=') + 1);
    const double rate = options.contains("learning_rate") ? std::stod(options["learning_rate"]) : learning_rate;
    std::vector<std::string> docs = load_docs(options["docs"]), test, ask, all = docs;
    if (options.contains("test")) test = load_docs(options["test"]);
    if (options.contains("ask")) ask = load_docs(options["ask"]);
    for (const auto& others : {test, ask}) all.insert(all.end(), others.begin(), others.end());
    rng = Random(std::uint32_t(std::stoul(options["seed"])));
    rng.shuffle(docs);
    init_tokenizer(all);
    init_params();
    std::printf("params %zu\n", params.length);
    const int steps = std::stoi(options["num_steps"]);
    for (int step = 0; step < steps; ++step) {
        const Value loss = average_loss(encode(docs[size_t(step) % docs.size()], block_size + 1));
        loss.backward();
        update_params(step, options.contains("lr_t") ? rate : rate * (1 - step / double(steps)));
        print("loss", {loss.data()});
        tape.cut();
        noted.clear();
    }
    double total = 0;
    for (const std::string& doc : test) {
        total += average_loss(encode(doc, block_size + 1)).data() / double(test.size());
        tape.cut();
    }
    print("test", {total});
    print("mean", {std::reduce(noted.begin(), noted.end()) / double(noted.size())});
    for (const std::string& text : ask) std::printf("answer %s\n", completed(text, 0.01).c_str());
    if (options.contains("next")) print("next", next_probs(options["next"], 1));
    print("noted", noted);
    for (size_t i = 0; options.contains("rows") && i < vocab_size; ++i) print("rows", numbers_of(state_dict.wte[i]));
    for (int i = 0; i < std::stoi(options["samples"]); ++i) std::printf("sample %s\n", completed("").c_str());
} catch (const std::exception& error) {
    std::printf("stopped %s\n", error.what());
}
