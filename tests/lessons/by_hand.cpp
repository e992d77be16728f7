// The model of microgpt.cpp without autograd: no graph and no tape to walk back, only loops over plain doubles, and
// for each gradient a formula that was derived by hand. It prints the same bytes, and shows three things.
// What autograd saves you: `backward` and its helpers, below, are as long as the model. Each line had to be derived,
// and must be changed whenever the model is. And a mistake does not announce itself: leave out what later positions
// send back to the keys of earlier ones, say, and the loss falls all the same.
// That autograd's answers can be trusted: it knows none of these formulas, only operations and the chain rule. Yet
// gradients_by_hand.cpp finds the same gradients, but for rounding. That is also the only reason to trust the formulas.
// What autograd costs: benchmark.py times this program beside microgpt.
//   g++ -std=c++20 -O2 tests/lessons/by_hand.cpp -o by_hand && ./by_hand

#ifndef main  // gradients_by_hand.cpp has included microgpt.cpp already, and renames the main of this file, too
#define main microgpt_main
#include "../../microgpt.cpp"
#undef main
#endif
#include <span>
using Embd = std::array<double, n_embd>;
using Hidden = std::array<double, 4 * n_embd>;
using Doubles = std::span<const double>;
// The parameters stay where microgpt.cpp has them: a row of a Matrix, and its gradient, as plain doubles.
Doubles data(Vector row) { return {&tape.data[row.start], row.length}; }
std::span<double> grad(Vector row) { return {&tape.grad[row.start], row.length}; }
std::span<double> head(Embd& x, size_t h) { return std::span(x).subspan(h * head_dim, head_dim); }
double dot(Doubles x, Doubles y) { return std::transform_reduce(x.begin(), x.end(), y.begin(), 0.0); }
void add(std::span<double> y, double factor, Doubles x) {  // y += factor * x
    for (size_t i = 0; i < y.size(); ++i) y[i] += factor * x[i];
}
Embd operator+(Embd x, const Embd& y) {
    add(x, 1, y);
    return x;
}

// ---- Model: its functions, each with its gradient -------------------------------------------------------------------
// d_x is the gradient of x: d_x[j] = d loss / d x[j], how fast the loss changes with x[j]. After each function
// y = f(x) comes one that computes d_x from d_y, by the chain rule: d_x[j] = sum over i of d_y[i] * (d y[i] / d x[j])
template <class Y = Embd>
Y linear(const auto& x, const Matrix& w, Y y = {}) {  // y[i] = sum over j of w[i][j] * x[j]
    for (size_t i = 0; i < y.size(); ++i) y[i] = dot(x, data(w[i]));
    return y;
}
// d y[i] / d x[j] is w[i][j], and d y[i] / d w[i][j] is x[j]. All positions use the same w, so their d_w are added up:
//   d_x[j] = sum over i of d_y[i] * w[i][j]   as matrices, d_x = w^T d_y
//   d_w[i][j] = d_y[i] * x[j]                              d_w = d_y x^T
template <size_t nin>
std::array<double, nin> linear_backward(const std::array<double, nin>& x, const Matrix& w, const auto& d_y) {
    std::array<double, nin> d_x{};
    for (size_t i = 0; i < d_y.size(); ++i) {
        add(d_x, d_y[i], data(w[i]));
        add(grad(w[i]), d_y[i], x);
    }
    return d_x;
}
// y[i] = exp(x[i]) / sum over j of exp(x[j]), in the place of x. Its gradient is in `backward`, twice.
void softmax(std::span<double> x) {
    const double max_val = *std::max_element(x.begin(), x.end());
    double total = 0;
    for (double& xi : x) total += xi = std::exp(xi - max_val);
    for (double& xi : x) xi /= total;
}
struct Norm {  // y[i] = x[i] * scale, scale = (ms + 1e-5)^-0.5, ms = mean of x[i]^2
    Embd y;
    double scale;
};
Norm rmsnorm(const Embd& x) {
    Norm norm{x, 1 / std::sqrt(dot(x, x) / n_embd + 1e-5)};
    for (double& yi : norm.y) yi *= norm.scale;
    return norm;
}
// x[j] changes y[j], and through scale it changes every y[i]:
//   d scale / d x[j] = -0.5 * (ms + 1e-5)^-1.5 * 2 * x[j] / n_embd = -scale^3 * x[j] / n_embd
//   d_x[j] = d_y[j] * scale + (sum over i of d_y[i] * x[i]) * (d scale / d x[j])
//          = scale * (d_y[j] - y[j] * mean of d_y[i] * y[i])
Embd rmsnorm_backward(const Norm& norm, const Embd& d_y) {
    const double mean = dot(d_y, norm.y) / n_embd;
    Embd d_x;
    for (size_t j = 0; j < n_embd; ++j) d_x[j] = norm.scale * (d_y[j] - norm.y[j] * mean);
    return d_x;
}

// ---- Model: forward -------------------------------------------------------------------------------------------------
struct LayerActivations {  // what `forward` computes at one position and `backward` needs again
    Norm attn_in, mlp_in;
    Embd q, k, v, x_attn;
    std::array<std::array<double, block_size>, n_head> attn_weights;
    Hidden hidden;  // after relu
    Embd d_k, d_v;  // to which this position and all later ones add
};
struct Activations {
    Norm x_in;
    std::array<LayerActivations, n_layer> layer;
    Embd x_out;
    std::vector<double> probs;
};
std::vector<Activations> at(block_size);  // at[pos_id]
void forward(size_t token_id, size_t pos_id) {
    Activations& here = at[pos_id];
    Embd x{};
    for (const Vector row : {state_dict.wte[token_id], state_dict.wpe[pos_id]}) add(x, 1, data(row));
    here.x_in = rmsnorm(x);
    x = here.x_in.y;
    for (size_t li = 0; li < n_layer; ++li) {
        const Layer& layer = state_dict.layer[li];
        LayerActivations& a = here.layer[li];
        // 1) Attention
        a.attn_in = rmsnorm(x);
        a.q = linear(a.attn_in.y, layer.attn_wq);
        a.k = linear(a.attn_in.y, layer.attn_wk);
        a.v = linear(a.attn_in.y, layer.attn_wv);
        a.d_k = a.d_v = a.x_attn = {};
        for (size_t h = 0; h < n_head; ++h) {
            const auto attn_weights = std::span(a.attn_weights[h]).first(pos_id + 1);
            for (size_t t = 0; t <= pos_id; ++t)
                attn_weights[t] = dot(head(a.q, h), head(at[t].layer[li].k, h)) / std::sqrt(head_dim);
            softmax(attn_weights);
            for (size_t t = 0; t <= pos_id; ++t) add(head(a.x_attn, h), attn_weights[t], head(at[t].layer[li].v, h));
        }
        x = x + linear(a.x_attn, layer.attn_wo);
        // 2) MLP
        a.mlp_in = rmsnorm(x);
        a.hidden = linear<Hidden>(a.mlp_in.y, layer.mlp_fc1);
        for (double& hi : a.hidden) hi = std::max(0.0, hi);
        x = x + linear(a.hidden, layer.mlp_fc2);
    }
    here.x_out = x;
    here.probs = linear(x, state_dict.lm_head, std::vector<double>(vocab_size));
    softmax(here.probs);
}

// ---- Gradients: `forward` from its last line to its first -----------------------------------------------------------
void backward(size_t token_id, size_t target_id, size_t pos_id, size_t n) {  // one of n positions adds to the gradients
    Activations& here = at[pos_id];
    // The loss is the mean of loss_t = -log(probs[target]), with probs = softmax(logits). [i is target] is 1 or 0.
    //   loss_t = log(sum over j of exp(logits[j])) - logits[target]
    //   d loss_t / d logits[i] = exp(logits[i]) / (sum over j of exp(logits[j])) - [i is target]
    //   d_logits[i] = (probs[i] - [i is target]) / n
    std::vector<double> d_logits = here.probs;
    d_logits[target_id] -= 1;
    for (double& d : d_logits) d /= double(n);
    Embd d_x = linear_backward(here.x_out, state_dict.lm_head, d_logits);
    for (size_t li = n_layer; li-- > 0;) {
        const Layer& layer = state_dict.layer[li];
        LayerActivations& a = here.layer[li];
        // 2) MLP. For the residual, x + f(x), the gradient is d_x and what comes back through f. relu passes on the
        // gradients of the numbers that it passed on.
        Hidden d_hidden = linear_backward(a.hidden, layer.mlp_fc2, d_x);
        for (size_t i = 0; i < d_hidden.size(); ++i)
            if (a.hidden[i] == 0) d_hidden[i] = 0;
        d_x = d_x + rmsnorm_backward(a.mlp_in, linear_backward(a.mlp_in.y, layer.mlp_fc1, d_hidden));
        // 1) Attention, in each head, with w for attn_weights:
        //   x_attn = sum over t of w[t] * v[t]     d_v[t] = w[t] * d_x_attn, d_w[t] = d_x_attn . v[t]
        //   w = softmax(score)                     d w[u] / d score[t] = w[u] * ([u is t] - w[t])
        //                                          d_score[t] = w[t] * (d_w[t] - mean), mean = sum of all w[u] * d_w[u]
        //   score[t] = q . k[t] / sqrt(head_dim)   d_q = sum over t of d_score[t] * k[t] / sqrt(head_dim)
        //                                          d_k[t] = d_score[t] * q / sqrt(head_dim)
        Embd d_x_attn = linear_backward(a.x_attn, layer.attn_wo, d_x), d_q{};
        for (size_t h = 0; h < n_head; ++h) {
            const Doubles d_x_attn_h = head(d_x_attn, h);
            const auto& w = a.attn_weights[h];
            std::array<double, block_size> d_w;
            double mean = 0;
            for (size_t t = 0; t <= pos_id; ++t) {
                add(head(at[t].layer[li].d_v, h), w[t], d_x_attn_h);
                d_w[t] = dot(d_x_attn_h, head(at[t].layer[li].v, h));
                mean += w[t] * d_w[t];
            }
            for (size_t t = 0; t <= pos_id; ++t) {
                const double d_dot = w[t] * (d_w[t] - mean) / std::sqrt(head_dim);
                add(head(d_q, h), d_dot, head(at[t].layer[li].k, h));
                add(head(at[t].layer[li].d_k, h), d_dot, head(a.q, h));
            }
        }
        d_x = d_x + rmsnorm_backward(a.attn_in, linear_backward(a.attn_in.y, layer.attn_wq, d_q) +
                                                    linear_backward(a.attn_in.y, layer.attn_wk, a.d_k) +
                                                    linear_backward(a.attn_in.y, layer.attn_wv, a.d_v));
    }
    d_x = rmsnorm_backward(here.x_in, d_x);
    for (const Vector row : {state_dict.wte[token_id], state_dict.wpe[pos_id]}) add(grad(row), 1, d_x);
}
// average_loss and Value::backward: adds to the gradients of the parameters, and returns the loss.
double forward_backward(const std::vector<size_t>& tokens) {
    const size_t n = tokens.size() - 1;
    double losses = 0;
    for (size_t pos_id = 0; pos_id < n; ++pos_id) {
        forward(tokens[pos_id], pos_id);
        losses -= std::log(at[pos_id].probs[tokens[pos_id + 1]]);
        if (std::isinf(losses)) fail({"log of 0; try another learning_rate"});
    }
    // The last position first: keys and values need all gradients from later positions before they pass theirs on.
    for (size_t pos_id = n; pos_id-- > 0;) backward(tokens[pos_id], tokens[pos_id + 1], pos_id, n);
    return losses / double(n);
}

// ---- The program: the dataset, the tokenizer, the parameters, Adam and the samples are those of microgpt.cpp --------
int main(int argc, char** argv) try {
    const std::string path = argc > 1 ? argv[1] : "";
    const bool help = path == "-h" || path == "--help", option = path.starts_with('-') && path != "-" && !help;
    if (argc > 2 || option) {
        std::fprintf(stderr, "by_hand: unexpected argument %s; see by_hand --help\n", argv[option ? 1 : 2]);
        return 2;
    }
    if (help) return std::puts("usage: by_hand [DATASET], as microgpt --help has it") < 0;
    std::vector<std::string> docs = argc > 1 ? load_docs(path) : load_docs("input.txt", "data/names.txt");
    rng.shuffle(docs);
    init_tokenizer(docs);
    init_params();
    std::printf("num docs: %zu\nvocab size: %zu\nnum params: %zu\n", docs.size(), vocab_size, params.length);
    for (int step = 0; step < num_steps; ++step) {
        const double loss = forward_backward(encode(docs[size_t(step) % docs.size()], block_size + 1));
        update_params(step, learning_rate * (1 - step / double(num_steps)));
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, std::isnan(loss) ? std::abs(loss) : loss);
        std::fflush(stdout);
    }
    generate();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) fail({"cannot write the output"});
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "by_hand: %s\n", error.what());
    return 1;
}
