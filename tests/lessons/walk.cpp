// The way of one document through the model, untrained and trained, in the order and with the names of microgpt.cpp.
// The document's characters are printed at the ends of lines: so numbers are aligned, whatever these are.
#define main microgpt_main
#include "../../microgpt.cpp"
#undef main
#include <iomanip>
#include <iostream>
const char* const help = R"(usage: walk [--all] [--steps N] [DOCUMENT [DATASET]]

Walks DOCUMENT (else emma) through the model, untrained and trained on DATASET, and prints the numbers by their
names in microgpt.cpp: at the position that has to predict the last character, of each Vector the first four.
  --all      every position, every number, and all rows of wte
  --steps N  train for N steps; else for num_steps, or three times as many if there are fewer documents than that
Without DATASET it takes what microgpt takes: input.txt, or else data/names.txt.)";
using Tokens = std::vector<size_t>;
using Numbers = std::vector<double>;
using Vectors = std::vector<Vector>;
bool show_all = false;
int decimals = 4;
std::string model = "Untrained";

// ---- Text
void heading(const std::string& text) { std::cout << "\n==== " << model << ": " << text << '\n'; }
std::string number(double x) {
    if (std::isnan(x) || std::abs(x) < 0.5 * std::pow(10, -decimals)) x = std::abs(x);  // never -nan or -0.0000
    const bool large = std::abs(x) >= 100;
    char text[32];
    std::snprintf(text, sizeof text, large ? " %*.*g" : " %*.*f", decimals + 4, large ? 2 : decimals, x);
    return text;
}
std::string numbers(Vector x, const Numbers& from = tape.data) {  // the first ones of x, on the tape or in a copy of it
    const size_t n = show_all ? x.length : std::min<size_t>(x.length, 4);
    std::string text;
    for (size_t i = 0; i < n; ++i) text += number(from[x.start + i]);
    return text + (n < x.length ? " ..." : "");
}
Numbers data_of(Vector x) { return {&tape.data[x.start], &tape.data[x.start] + x.length}; }
std::string token(size_t token_id) {
    if (token_id == BOS) return "BOS";
    const char32_t ch = uchars[token_id];
    if (ch > 0xA0 || (ch > 0x20 && ch < 0x7F)) return utf8(ch);
    return "chr(" + std::to_string(unsigned(ch)) + ")";  // a space or a control character
}
std::string beginning(const Tokens& tokens, size_t pos_id) {  // what the model has seen at a position
    std::string text = pos_id == 0 ? "BOS" : "";
    for (size_t t = 1; t <= pos_id; ++t) text += uchars[tokens[t]] == ' ' ? " " : token(tokens[t]);
    return text;
}

// ---- Forward: what gpt does, with a line for each step; `weights` gets the attn_weights of each head
Vector gpt_aloud(const Tokens& tokens, size_t pos_id, Cache& keys, Cache& values, Vectors& weights, bool aloud) {
    const auto show = [&](const std::string& name, Vector x, const std::string& remark = "") {
        if (aloud) std::cout << std::left << std::setw(28) << name << std::right << numbers(x) << remark << '\n';
        return x;
    };
    const Vector tok_emb = show("wte[token_id]", state_dict.wte[tokens[pos_id]]);
    const Vector pos_emb = show("wpe[pos_id]", state_dict.wpe[pos_id]);
    Vector x = show("x = wte[...] + wpe[...]", tok_emb + pos_emb);
    x = show("x = rmsnorm(x)", rmsnorm(x));
    for (size_t li = 0; li < n_layer; ++li) {
        const Layer& layer = state_dict.layer[li];
        Vector x_residual = x;
        x = show("layer " + std::to_string(li) + ": x = rmsnorm(x)", rmsnorm(x));
        const Vector q = show("q = linear(x, attn_wq)", linear(x, layer.attn_wq));
        keys[li].push_back(show("k = linear(x, attn_wk)", linear(x, layer.attn_wk)));
        values[li].push_back(show("v = linear(x, attn_wv)", linear(x, layer.attn_wv)));
        Vectors head_outs;
        for (size_t h = 0; h < n_head; ++h) {
            const auto of_head = [&](Vector all) { return all.slice(h * head_dim, head_dim); };
            const Vector q_h = show("head " + std::to_string(weights.size()) + ": q_h", of_head(q));
            const auto score = [&](size_t t) { return dot(q_h, of_head(keys[li][t])); };
            const Vector attn_logits = list_of(pos_id + 1, score) / std::sqrt(head_dim);
            const Vector attn_weights = weights.emplace_back(softmax(attn_logits));
            if (aloud) std::cout << "   t: k_h | attn_logits, attn_weights | v_h\n";
            Vector head_out;
            for (size_t t = 0; t <= pos_id; ++t) {
                const Vector k_h = of_head(keys[li][t]), v_h = of_head(values[li][t]);
                const Value logit = attn_logits[t], weight = attn_weights[t];
                if (aloud)
                    std::cout << std::setw(4) << t << numbers(k_h) << " |" << number(logit.data())
                              << number(weight.data()) << " |" << numbers(v_h) << "  " << token(tokens[t]) << '\n';
                head_out = t == 0 ? v_h * weight : head_out + v_h * weight;
            }
            head_outs.push_back(show("head_out", head_out));
        }
        x = show("x_attn = all head_outs", concat(head_outs));
        x = show("x = linear(x_attn, attn_wo)", linear(x, layer.attn_wo));
        x = show("x = x + x_residual", x + x_residual);
        x_residual = x;
        x = show("MLP: x = rmsnorm(x)", rmsnorm(x));
        x = show("x = linear(x, mlp_fc1)", linear(x, layer.mlp_fc1));
        x = each(x, [](Value xi) { return xi.relu(); });
        const auto on = std::to_string(x.length - size_t(std::ranges::count(data_of(x), 0)));
        show("x = [xi.relu() for xi in x]", x, "  " + on + " of " + std::to_string(x.length) + " are on");
        x = show("x = linear(x, mlp_fc2)", linear(x, layer.mlp_fc2));
        x = show("x = x + x_residual", x + x_residual);
    }
    return show("logits = linear(x, lm_head)", linear(x, state_dict.lm_head));
}
// Shows all positions, or the one that has to predict the last character, and returns the probs of each.
std::vector<Numbers> show_forward(const Tokens& tokens) {
    const size_t n = tokens.size() - 1, main_pos = n > 1 && tokens.back() == BOS ? n - 2 : n - 1;
    Cache keys, values, gpt_keys, gpt_values;
    std::vector<Numbers> result;
    for (size_t pos_id = 0; pos_id < n; ++pos_id) {
        const bool aloud = show_all || pos_id == main_pos;
        const std::string after = ", after " + beginning(tokens, pos_id);
        if (aloud) heading("position " + std::to_string(pos_id) + after);
        Vectors weights;
        const Vector mine = gpt_aloud(tokens, pos_id, keys, values, weights, aloud), probs = softmax(mine);
        const Vector its = gpt(tokens[pos_id], pos_id, gpt_keys, gpt_values);
        for (size_t i = 0; i < vocab_size; ++i)
            if (!(std::abs(mine[i].data() - its[i].data()) < 1e-9) && number(mine[i].data()) != number(its[i].data()))
                fail({"the logits differ from those of gpt; gpt_aloud must do what gpt does"});
        result.push_back(data_of(probs));
        if (!aloud) continue;
        heading("where each head looks (attn_weights)" + after);
        for (size_t h = 0; h < weights.size(); ++h) std::cout << std::setw(decimals + 5) << "head " + std::to_string(h);
        std::cout << "  token\n";
        for (size_t t = 0; t <= pos_id; ++t) {
            for (const Vector of_head : weights) std::cout << number(of_head[t].data());
            std::cout << "  " << token(tokens[t]) << '\n';
        }
    }
    tape.cut();
    return result;
}

// ---- What the rows of wte mean, and what heads look for
struct Mean {
    double sum = 0, n = 0;
    void add(double x) { sum += x, ++n; }
    std::string text() const { return number(sum / n); }
};
bool is_letter(size_t id) { return id != BOS && uchars[id] >= 'a' && uchars[id] <= 'z'; }
bool is_vowel(size_t id) { return is_letter(id) && std::strchr("aeiou", int(uchars[id])) != nullptr; }
double cosine(size_t i, size_t j) {  // of two rows of wte: 1 for the same direction, 0 for nothing in common
    const Vector x = state_dict.wte[i], y = state_dict.wte[j];
    return dot(x, y).data() / std::sqrt(dot(x, x).data() * dot(y, y).data());
}
void show_rows() {
    Mean vowels, others;
    for (size_t i = 0; i < BOS; ++i)
        for (size_t j = 0; j < BOS; ++j)
            if (i != j && is_vowel(i) && is_letter(j)) (is_vowel(j) ? vowels : others).add(cosine(i, j));
    const size_t digits = uchars.find(U"0123456789");  // they are sorted
    if (vowels.n > 0 || digits != none) heading("how alike rows of wte are (cosine)");
    if (vowels.n > 0) std::cout << vowels.text() << "  two vowels, mean\n";
    if (vowels.n > 0) std::cout << others.text() << "  a vowel and a consonant, mean\n";
    for (size_t i = digits; digits != none && i < digits + 10; ++i) {
        size_t best = i == digits ? i + 1 : digits;
        for (size_t j = digits; j < digits + 10; ++j)
            if (j != i && cosine(i, j) > cosine(i, best)) best = j;
        std::cout << number(cosine(i, best)) << "  " << token(i) << ", most like " << token(best) << '\n';
    }
    tape.cut();
}
// The author of microgpt.py guesses that at a consonant a head may look for a vowel. So: the mean weight that it gives
// to an earlier vowel there, and to an earlier consonant, times the number of positions that it sees.
void show_vowels(const std::vector<std::string>& docs) {
    std::vector<Mean> vowels(n_layer * n_head), others = vowels;
    for (size_t i = 0; i < std::min<size_t>(docs.size(), 1000); ++i) {
        const Tokens tokens = encode(docs[i], block_size + 1);
        Cache keys, values;
        for (size_t pos_id = 0; pos_id + 1 < tokens.size(); ++pos_id) {
            Vectors weights;
            gpt_aloud(tokens, pos_id, keys, values, weights, false);
            if (!is_letter(tokens[pos_id]) || is_vowel(tokens[pos_id])) continue;
            for (size_t t = 1; t < pos_id; ++t)
                for (size_t h = 0; h < weights.size() && is_letter(tokens[t]); ++h)
                    (is_vowel(tokens[t]) ? vowels : others)[h].add(weights[h][t].data() * double(pos_id + 1));
        }
        tape.cut();
    }
    if (n_layer == 0 || vowels[0].n * others[0].n == 0) return;
    heading("what heads look for at a consonant (mean weight in up to 1,000 documents; 1: equal share)");
    std::cout << "    vowel consonant\n";
    for (size_t h = 0; h < vowels.size(); ++h)
        std::cout << vowels[h].text() << ' ' << others[h].text() << "  head " << h << '\n';
}

// ---- Backward and update
void show_backward(const Tokens& tokens) {
    const Value loss = average_loss(tokens);
    loss.backward();
    const Numbers data = tape.data, grad = tape.grad;  // update_params changes both
    heading("backward and update (data | grad | data after Adam's first update)");
    std::cout << tape.size - tape.start << " numbers on the tape after the parameters\n";
    std::cout << number(loss.data()) << "  loss\n";
    update_params(0, learning_rate);
    std::cout << number(average_loss(tokens).data()) << "  loss after Adam's first update\n";
    size_t absent = 0;  // the first token that is not in the document
    const auto has = [&](size_t id) { return std::ranges::count(tokens, id) > 0; };
    while (has(absent)) ++absent;
    for (size_t id = 0; id < vocab_size; ++id) {
        if (!show_all && !has(id) && id != absent) continue;
        const Vector row = state_dict.wte[id];
        std::cout << numbers(row, data) << " |" << numbers(row, grad) << " |" << numbers(row) << "  wte[" << id << "], "
                  << token(id) << '\n';
    }
    std::copy_n(data.begin(), tape.start, tape.data.begin());  // as if there had been no update
    tape.cut();
}

// ---- The walk
void show_predictions(const Tokens& tokens, const std::vector<Numbers>& first, const std::vector<Numbers>& trained) {
    heading("the likeliest next tokens");
    for (size_t pos_id = 0; pos_id < trained.size(); ++pos_id) {
        Numbers probs = trained[pos_id];
        for (int rank = 0; rank < 5; ++rank) {
            const auto best = std::ranges::max_element(probs);
            if (*best >= 0.001) std::cout << number(*best) << ' ' << token(size_t(best - probs.begin()));
            *best = 0;
        }
        std::cout << "  after " << beginning(tokens, pos_id) << '\n';
    }
    model = "Untrained and trained";
    heading("p, the probability of the right next token, and its loss, -log(p)");
    Mean before, after;
    for (size_t pos_id = 0; pos_id < trained.size(); ++pos_id) {
        const size_t target_id = tokens[pos_id + 1];
        const double p0 = first[pos_id][target_id], p1 = trained[pos_id][target_id];
        before.add(-std::log(p0));
        after.add(-std::log(p1));
        std::cout << number(p0) << number(-std::log(p0)) << "  " << number(p1) << number(-std::log(p1)) << "  "
                  << token(target_id) << " after " << beginning(tokens, pos_id) << '\n';
    }
    std::cout << "     mean" << before.text() << "       mean" << after.text() << '\n';
}
void check_characters(const std::string& doc) {
    for (size_t start = 0, i = 0; i < doc.size(); start = i) {
        if (uchars.find(next_char(doc, i)) != none) continue;
        std::string known;
        for (size_t id = 0; id < std::min<size_t>(BOS, 60); ++id) known += token(id);
        if (BOS > 60) known += " and " + std::to_string(BOS - 60) + " others";
        fail({"the dataset has no ", doc.substr(start, i - start), ", only ", known});
    }
}
void walk(const std::string& doc, std::vector<std::string> docs, int steps) {
    rng.shuffle(docs);
    init_tokenizer(docs);
    check_characters(doc);
    init_params();
    const Tokens tokens = encode(doc, block_size + 1);
    std::cout << "num docs: " << docs.size() << "\nvocab size: " << vocab_size << "\nnum params: " << params.length
              << "\ntokens of " << doc << ':';
    for (const size_t id : tokens) std::cout << ' ' << id;
    std::cout << '\n';
    const std::vector<Numbers> untrained = show_forward(tokens);
    show_rows();
    show_backward(tokens);
    if (steps < 0) steps = docs.size() < num_steps ? 3 * num_steps : num_steps;
    for (int step = 0; step < steps; ++step) {  // as in train
        average_loss(encode(docs[size_t(step) % docs.size()], block_size + 1)).backward();
        update_params(step, learning_rate * (1 - step / double(steps)));
        tape.cut();
    }
    model = "Trained, " + std::to_string(steps) + " steps";
    if (steps > num_steps) decimals = 3;  // other processors round differently, and long training amplifies it
    const std::vector<Numbers> trained = show_forward(tokens);
    show_rows();
    show_vowels(docs);
    show_predictions(tokens, untrained, trained);
    if (!std::cout.flush()) fail({"cannot write the output"});
}
int main(int argc, char** argv) try {
    std::vector<std::string> words;
    int steps = -1;
    for (int i = 1; i < argc; ++i) {
        const std::string arg = argv[i], n = i + 1 < argc ? argv[i + 1] : "";
        const bool whole = n.find_first_not_of("0123456789") == none && !n.empty() && n.size() < 10;
        if (arg == "-h" || arg == "--help") return std::puts(help) < 0;
        if (arg == "--all") {
            show_all = true;
        } else if (arg == "--steps" && whole) {
            steps = std::stoi(argv[++i]);
        } else if (words.size() < 2 && (!arg.starts_with('-') || arg == "-")) {
            words.push_back(arg);
        } else {
            std::cerr << "walk: " << (arg == "--steps" ? "no whole number after " : "unexpected argument ") << arg
                      << "; see walk --help\n";
            return 2;
        }
    }
    walk(words.empty() ? "emma" : words[0],
         words.size() < 2 ? load_docs("input.txt", "data/names.txt") : load_docs(words[1]), steps);
} catch (const std::exception& error) {
    std::cerr << "walk: " << (dynamic_cast<const std::bad_alloc*>(&error) ? "out of memory" : error.what()) << '\n';
    return 1;
}
