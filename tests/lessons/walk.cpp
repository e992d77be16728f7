// The way of one name through the model, in the order and with the names of microgpt.cpp: first through the
// model as it is before training, then through the trained one.
//   build/walk [--all] [NAME [DATASET]]        default: emma data/names.txt
// Of a Vector it shows the first four numbers, or all of them with --all.

#define main microgpt_main
#include "../microgpt.cpp"
#undef main

#include <functional>

namespace {

size_t shown = 4;  // how many numbers of a Vector are shown

std::string number(double x, const char* format = " %7.4f") {
    char text[400];
    std::snprintf(text, sizeof text, format, x);
    return text;
}

std::string numbers(Vector x, size_t limit = shown, const std::vector<double>& from = tape.data) {
    std::string text;
    for (size_t i = 0; i < std::min(limit, x.length); ++i) text += number(from[x.start + i]);
    return text + (limit < x.length ? " ..." : "");
}

std::string token(size_t token_id) {
    if (token_id == BOS) return "BOS";
    const char32_t ch = uchars[token_id];
    if (ch > 0xA0 || (ch > 0x20 && ch < 0x7F)) return utf8(ch);
    return number(ch, "chr(%.0f)");  // a space or a control character
}

std::string padded(const std::string& text, size_t width) {  // to this many characters, whatever their bytes
    size_t characters = 0;
    for (size_t i = 0; i < text.size(); ++characters) next_char(text, i);
    return text + std::string(width - std::min(width, characters), ' ');
}

struct Column {
    std::string name;
    std::function<std::string(size_t row)> cell;
};

void table(size_t rows, const std::vector<Column>& columns) {
    std::vector<std::vector<std::string>> lines(rows + 1);
    for (const Column& column : columns) {
        lines[0].push_back(column.name);
        size_t width = column.name.size();
        for (size_t row = 0; row < rows; ++row) {
            lines[row + 1].push_back(column.cell(row));
            width = std::max(width, lines[row + 1].back().size());
        }
        for (auto& line : lines) line.back() = padded(line.back(), width + 1);
    }
    for (const auto& line : lines) {
        std::string text = std::accumulate(line.begin(), line.end(), std::string());
        std::printf("%s\n", text.substr(0, text.find_last_not_of(' ') + 1).c_str());
    }
}

// ---- Forward: what gpt computes, each step kept -----------------------------------------------------------

struct LayerSteps {
    Vector norm1, q, x_attn, attn_out, x1, norm2, fc1, relu, fc2, x2;
    std::array<Vector, n_head> scores, attn_weights;
};
struct Steps {
    Vector wte, wpe, x, logits, probs;
    std::array<LayerSteps, n_layer> layer;
};

Steps steps_of(size_t token_id, size_t pos_id, Cache& keys, Cache& values) {
    Steps s;
    s.wte = state_dict.wte[token_id];
    s.wpe = state_dict.wpe[pos_id];
    Vector x = s.x = rmsnorm(s.wte + s.wpe);
    for (size_t li = 0; li < n_layer; ++li) {
        const Layer& layer = state_dict.layer[li];
        LayerSteps& l = s.layer[li];
        l.norm1 = rmsnorm(x);
        l.q = linear(l.norm1, layer.attn_wq);
        keys[li].push_back(linear(l.norm1, layer.attn_wk));
        values[li].push_back(linear(l.norm1, layer.attn_wv));
        const auto head = [](Vector v, size_t h) { return v.slice(h * head_dim, head_dim); };
        for (size_t h = 0; h < n_head; ++h) {
            const Vector dots = list(pos_id + 1, [&](size_t t) { return dot(head(l.q, h), head(keys[li][t], h)); });
            l.scores[h] = dots / std::sqrt(head_dim);
            l.attn_weights[h] = softmax(l.scores[h]);
        }
        for (size_t t = 0; t <= pos_id; ++t) {
            const Vector weighted =
                list(n_embd, [&](size_t i) { return l.attn_weights[i / head_dim][t] * values[li][t][i]; });
            l.x_attn = t == 0 ? weighted : l.x_attn + weighted;
        }
        l.attn_out = linear(l.x_attn, layer.attn_wo);
        l.x1 = l.attn_out + x;
        l.norm2 = rmsnorm(l.x1);
        l.fc1 = linear(l.norm2, layer.mlp_fc1);
        l.relu = relu(l.fc1);
        l.fc2 = linear(l.relu, layer.mlp_fc2);
        x = l.x2 = l.fc2 + l.x1;
    }
    s.logits = linear(x, state_dict.lm_head);
    s.probs = softmax(s.logits);
    return s;
}

// The steps of all positions. What they end in has to be what gpt itself says.
std::vector<Steps> forward(const std::vector<size_t>& tokens, size_t n, Cache& keys, Cache& values) {
    Cache gpt_keys, gpt_values;
    std::vector<Steps> steps;
    for (size_t pos_id = 0; pos_id < n; ++pos_id) {
        steps.push_back(steps_of(tokens[pos_id], pos_id, keys, values));
        const Vector logits = gpt(tokens[pos_id], pos_id, gpt_keys, gpt_values);
        for (size_t i = 0; i < vocab_size; ++i) {
            const double mine = steps.back().logits[i].data(), its = logits[i].data();
            if (mine != its && (mine == mine || its == its))  // two nans count as equal
                throw std::runtime_error("the logits differ from those of gpt; see tests/walk.cpp");
        }
    }
    return steps;
}

// The likeliest next tokens; the right one has a star.
std::string likeliest(Vector probs, size_t target_id) {
    std::vector<size_t> ids(vocab_size);
    std::iota(ids.begin(), ids.end(), size_t(0));
    std::stable_sort(ids.begin(), ids.end(), [&](size_t a, size_t b) { return probs[a].data() > probs[b].data(); });
    ids.resize(std::min(vocab_size, std::max<size_t>(shown, 5)));
    std::string text;
    for (const size_t id : ids)
        text += (id == target_id ? " *" : "  ") + padded(token(id), 3) + number(probs[id].data(), " %.4f");
    return text;
}

void show_forward(const std::vector<size_t>& tokens, size_t n) {
    Cache keys, values;
    const std::vector<Steps> steps = forward(tokens, n, keys, values);
    const Column at = {"", [&](size_t p) { return number(double(p), "%2.0f ") + padded(token(tokens[p]), 4); }};
    const auto column = [&](const std::string& name, auto vector) {
        return Column{name, [&steps, vector](size_t p) { return numbers(vector(steps[p])); }};
    };
    std::puts("\nEmbeddings");
    table(n, {at, column(" wte[token_id]", [](const Steps& s) { return s.wte; }),
              column(" wpe[pos_id]", [](const Steps& s) { return s.wpe; }),
              column(" x = rmsnorm(their sum)", [](const Steps& s) { return s.x; })});

    for (size_t li = 0; li < n_layer; ++li) {
        const auto in_layer = [&](const std::string& name, Vector LayerSteps::*member) {
            return column(name, [li, member](const Steps& s) { return s.layer[li].*member; });
        };
        const auto cached = [&](const std::string& name, const Cache& cache) {
            return Column{name, [&cache, li](size_t t) { return numbers(cache[li][t]); }};
        };
        std::printf("\nLayer %zu, attention. Each head has %d numbers of q, k and v.\n", li, head_dim);
        table(n, {at, in_layer(" x = rmsnorm(x)", &LayerSteps::norm1), in_layer(" q", &LayerSteps::q),
                  cached(" k", keys)});
        std::string seen;
        for (size_t t = 0; t < n; ++t) seen += "  " + padded(token(tokens[t]), 6);
        const auto triangle = [&](auto heads) {
            return [&, heads](size_t row) { return numbers((steps[row % n].layer[li].*heads)[row / n], n); };
        };
        std::printf("%-16s%-*s  attn_weights = softmax(score)\n", "", int(8 * n),
                    "  attn_logits = q_h . k_h / sqrt(head_dim)");
        table(n_head * n, {{"", [&](size_t row) { return row % n > 0 ? "" : number(double(row / n), "head %.0f"); }},
                           {"", [&](size_t row) { return at.cell(row % n); }},
                           {seen, triangle(&LayerSteps::scores)},
                           {seen, triangle(&LayerSteps::attn_weights)}});
        table(n, {at, cached(" v", values), in_layer(" x_attn = sum of weight * v", &LayerSteps::x_attn),
                  in_layer(" x = linear(x_attn, attn_wo)", &LayerSteps::attn_out)});
        std::printf("\nLayer %zu, MLP\n", li);
        table(n, {at, in_layer(" x = x + x_residual", &LayerSteps::x1), in_layer(" x = rmsnorm(x)", &LayerSteps::norm2),
                  in_layer(" x = linear(x, mlp_fc1)", &LayerSteps::fc1)});
        const auto relus = [&](size_t p) {
            const Vector x = steps[p].layer[li].relu;
            int on = 0;
            for (size_t i = 0; i < x.length; ++i) on += x[i].data() > 0;
            return numbers(x) + number(on, " %3.0f");
        };
        table(n, {at,
                  {" x = relu(x), and how many are on", relus},
                  in_layer(" x = linear(x, mlp_fc2)", &LayerSteps::fc2),
                  in_layer(" x = x + x_residual", &LayerSteps::x2)});
    }

    std::puts("\nPrediction: after each token, the next one");
    table(n,
          {at,
           column(" logits", [](const Steps& s) { return s.logits; }),
           {"next", [&](size_t p) { return token(tokens[p + 1]); }},
           {" prob", [&](size_t p) { return number(steps[p].probs[tokens[p + 1]].data()); }},
           {" loss_t", [&](size_t p) { return number(-std::log(steps[p].probs[tokens[p + 1]].data())); }},
           {"  probs: the likeliest; * is right", [&](size_t p) { return likeliest(steps[p].probs, tokens[p + 1]); }}});
    tape.cut();
}

// ---- Backward and update ---------------------------------------------------------------------------------

struct Row {  // of a parameter
    std::string name;
    Vector x;
};

std::vector<Row> rows_of(const std::vector<size_t>& tokens) {
    std::vector<Row> rows;
    const auto add = [&](const std::string& name, const Matrix& matrix, size_t i, const std::string& remark = "") {
        rows.push_back({name + "[" + std::to_string(i) + "]" + remark, matrix[i]});
    };
    std::vector<size_t> ids;  // BOS, the first letters, and the first token that is not in the name
    for (const size_t id : tokens)
        if (std::find(ids.begin(), ids.end(), id) == ids.end() && ids.size() < 4) ids.push_back(id);
    size_t absent = 0;
    while (std::find(tokens.begin(), tokens.end(), absent) != tokens.end()) ++absent;
    if (absent < vocab_size) ids.push_back(absent);
    for (const size_t id : ids) add("wte", state_dict.wte, id, std::string(" ") + token(id));
    add("wpe", state_dict.wpe, 0);
    for (size_t li = 0; li < n_layer; ++li) {
        const std::string name = "layer" + std::to_string(li) + ".";
        const Layer& layer = state_dict.layer[li];
        add(name + "attn_wq", layer.attn_wq, 0);
        add(name + "attn_wk", layer.attn_wk, 0);
        add(name + "attn_wv", layer.attn_wv, 0);
        add(name + "attn_wo", layer.attn_wo, 0);
        add(name + "mlp_fc1", layer.mlp_fc1, 0);
        add(name + "mlp_fc2", layer.mlp_fc2, 0);
    }
    add("lm_head", state_dict.lm_head, tokens[1], " " + token(tokens[1]));
    return rows;
}

// The loss, its gradients, and with `update`, what the first update makes of the parameters.
double show_backward(const std::vector<size_t>& tokens, bool update) {
    const Value loss = average_loss(tokens);
    const double before = loss.data();
    loss.backward();
    std::printf("loss = %.4f, the mean of loss_t\n", before);

    const std::vector<double> data = tape.data, grad = tape.grad;  // update_params changes both
    const auto zeros = std::count(grad.begin(), grad.begin() + std::ptrdiff_t(params.length), 0.0);
    std::printf("\nBackward: %zu numbers are on the tape after the %zu parameters, of which %zu get the gradient 0\n",
                tape.size - tape.start, params.length, size_t(zeros));
    if (update) update_params(0);
    const std::vector<Row> rows = rows_of(tokens);
    const auto vector = [&](const std::string& name, const std::vector<double>& from) {
        return Column{name, [&](size_t row) { return numbers(rows[row].x, shown, from); }};
    };
    const auto first = [&](const std::string& name, const std::vector<double>& from, const char* format) {
        return Column{name, [&, format](size_t row) { return number(from[rows[row].x.start], format); }};
    };
    std::vector<Column> columns = {
        {"", [&](size_t row) { return rows[row].name; }}, vector(" data", data), vector(" grad", grad)};
    if (update)  // of the first number
        columns.insert(columns.end(), {first(" m[0]", m, " %7.4f"), first(" v[0]", v, " %.4e"),
                                       first(" data[0] after update 1", tape.data, " %7.4f")});
    table(rows.size(), columns);
    tape.cut();
    if (update) std::printf("loss = %.4f after Adam's update\n", average_loss(tokens).data());
    tape.cut();
    return before;
}

// For each letter, the token with the most similar row of wte, by the cosine: 1 for the same direction, 0 for none in
// common.
void show_similar(std::vector<size_t> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::printf("\nThe most similar rows of wte, by their cosine:");
    for (const size_t id : ids) {
        if (id == BOS) continue;
        size_t nearest = BOS;
        double largest = -1;
        for (size_t other = 0; other < vocab_size; ++other) {
            const Vector x = state_dict.wte[id], y = state_dict.wte[other];
            const double cosine = dot(x, y).data() / std::sqrt(dot(x, x).data() * dot(y, y).data());
            if (other != id && cosine > largest) largest = cosine, nearest = other;
        }
        std::printf(" %s and %s %.2f;", token(id).c_str(), token(nearest).c_str(), largest);
    }
    std::puts("");
    tape.cut();
}

void walk(const std::string& name, const std::string& path) {
    std::vector<std::string> docs = load_docs(path);
    rng.shuffle(docs);
    init_tokenizer(docs);
    size_t length = 0;
    for (size_t start = 0, i = 0; i < name.size(); start = i, ++length)
        if (uchars.find(next_char(name, i)) == none)
            throw std::runtime_error("not in the dataset: " + name.substr(start, i - start));
    if (length == 0 || length > block_size)
        throw std::runtime_error("a name has 1 to " + std::to_string(block_size) + " characters");
    const std::vector<size_t> tokens = encode(name);
    const size_t n = std::min<size_t>(block_size, tokens.size() - 1);
    init_params();
    const std::vector<double> untrained = tape.data;

    std::printf("num docs: %zu, vocab size: %zu, num params: %zu\ntokens of %s:", docs.size(), vocab_size,
                params.length, name.c_str());
    for (const size_t id : tokens) std::printf(" %zu", id);
    std::puts("\n\n==== Before training, as if this name were the document of the first step ====");
    show_forward(tokens, n);
    const double before = show_backward(tokens, true);

    // The program's own training, without its progress line.
    std::copy_n(untrained.begin(), params.length, tape.data.begin());
    for (int step = 0; step < num_steps; ++step) {
        average_loss(encode(docs[size_t(step) % docs.size()], block_size)).backward();
        update_params(step);
        tape.cut();
    }
    std::printf("\n==== After training, %d steps ====\n", num_steps);
    show_forward(tokens, n);
    const double after = show_backward(tokens, false);
    show_similar(tokens);
    std::printf("The loss of %s was %.4f before training, and is %.4f now.\n", name.c_str(), before, after);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw std::runtime_error("cannot write the output");
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> args(argv + 1, argv + argc);
    if (!args.empty() && args[0] == "--all") {
        shown = none;
        args.erase(args.begin());
    }
    try {
        if (args.size() > 2) throw std::runtime_error("usage: walk [--all] [NAME [DATASET]]");
        walk(args.empty() ? "emma" : args[0], args.size() < 2 ? "data/names.txt" : args[1]);
        return 0;
    } catch (const std::runtime_error& error) {
        std::fprintf(stderr, "walk: %s\n", error.what());
    } catch (const std::exception&) {
        std::fputs("walk: out of memory\n", stderr);
    }
    return 1;
}
