// The most atomic way to train and run inference for a GPT in plain, dependency-free C++.
//
// This is Andrej Karpathy's microgpt.py (gist 8627fe009c40f57531cb18360106ce95, revision 14fb038), section by
// section and name by name, and it prints the same bytes for the same file: read the two side by side. What
// Python brings along and C++ does not, its random numbers and its strings, comes first; the GPT itself
// begins at "Autograd".
//
//   g++ -std=c++20 -O3 microgpt.cpp -o microgpt && ./microgpt

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using std::size_t;
constexpr size_t none = std::string::npos;  // the index of what is not there

// ---- Random numbers: `import random` ---------------------------------------------------------------------
// The same samples need the same random numbers. Python's generator, the Mersenne twister, is in C++ too; how
// Python seeds it and what it makes of the bits is written out here, after CPython's algorithms.

struct Random {
    struct Seed {  // fills the twister's 624 words from one number, like CPython's init_by_array
        using result_type = std::uint32_t;
        std::uint32_t number;

        void generate(auto words, auto /*end*/) const {
            std::uint32_t last = words[0] = 19650218;
            for (std::uint32_t i = 1; i < 624; ++i) last = words[i] = 1812433253u * (last ^ last >> 30) + i;
            last = words[0];
            for (std::uint32_t k = 0; k < 624 + 623; ++k) {
                const std::uint32_t i = 1 + k % 623;
                last ^= last >> 30;
                last = k < 624 ? (words[i] ^ last * 1664525u) + number : (words[i] ^ last * 1566083941u) - i;
                words[i] = last;
            }
            words[0] = 0x80000000u;
        }
    };

    Seed seed;
    std::mt19937 twister{seed};
    std::optional<double> gauss_next = {};  // gauss makes two numbers at a time; the second waits here

    // k random bits, 1 <= k <= 32.
    std::uint32_t getrandbits(int k) { return static_cast<std::uint32_t>(twister()) >> (32 - k); }

    // Uniform in [0, 1), a multiple of 2^-53.
    double random() {
        const std::uint32_t a = getrandbits(27), b = getrandbits(26);
        return (a * 0x1p26 + b) / 0x1p53;
    }

    // Normal with mean mu and standard deviation sigma, by the Box-Muller transform.
    double gauss(double mu, double sigma) {
        if (gauss_next) return mu + *std::exchange(gauss_next, {}) * sigma;
        const double x2pi = random() * 2 * std::numbers::pi;
        const double g2rad = std::sqrt(-2 * std::log(1 - random()));
        gauss_next = std::sin(x2pi) * g2rad;
        return mu + std::cos(x2pi) * g2rad * sigma;
    }

    // Puts x in random order: swaps each element, from the last one down, with one that is not behind it.
    void shuffle(auto& x) {
        for (size_t n = x.size(); n > 1; --n) {
            size_t j = n;
            while (j >= n) j = getrandbits(static_cast<int>(std::bit_width(n)));
            std::swap(x[n - 1], x[j]);
        }
    }

    // An index, drawn with probability weights[index] / sum(weights).
    size_t choices(const std::vector<double>& weights) {
        const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
        if (!std::isfinite(total) || total <= 0)
            throw std::runtime_error(
                "no probabilities to sample from; try another learning_rate or temperature");
        const double x = random() * total;
        size_t i = 0;
        double cum_weight = weights[0];
        while (cum_weight <= x && i + 1 < weights.size()) cum_weight += weights[++i];
        return i;
    }
};

Random rng{{42}};  // let there be order among chaos

// ---- Dataset: `docs`, a list of documents (e.g. a list of names) -----------------------------------------
// A Python str is a sequence of code points, and so is a std::u32string; files and terminals speak UTF-8.

// The code point at bytes[i], or none if that is not UTF-8; moves i behind it. The 1 bits that its
// first byte begins with count its bytes (none: a single one). Each later byte is 10xxxxxx and adds six bits.
std::optional<char32_t> utf8_decode(const std::string& bytes, size_t& i) {
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
    const auto first = static_cast<unsigned char>(bytes[i++]);
    const auto ones = static_cast<size_t>(std::countl_one(first));
    if (ones == 1 || ones > 4) return {};
    char32_t ch = first & (0x7Fu >> ones);
    for (size_t k = 1; k < ones; ++k) {
        const auto byte = static_cast<unsigned char>(bytes[i]);  // behind the last one stands a 0
        if (std::countl_one(byte) != 1) return {};
        ch = ch << 6 | (byte & 0x3Fu);
        ++i;
    }
    if (ch < smallest[ones] || ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF)) return {};
    return ch;
}

std::string utf8_encode(char32_t ch) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    const auto rest = [&](int shift) { return byte(0x80 | (ch >> shift & 0x3F)); };
    if (ch < 0x80) return {byte(ch)};
    if (ch < 0x800) return {byte(0xC0 | ch >> 6), rest(0)};
    if (ch < 0x10000) return {byte(0xE0 | ch >> 12), rest(6), rest(0)};
    return {byte(0xF0 | ch >> 18), rest(12), rest(6), rest(0)};
}

// [line.strip() for line in open(path) if line.strip()], where a line ends with \n, \r\n or \r.
std::vector<std::u32string> load_docs(const std::string& path) {
    const std::u32string whitespace =
        U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004"
        U"\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        throw std::runtime_error("cannot read " + path + "; is it a text file that you may read?");
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    std::vector<std::u32string> docs;
    std::u32string line;
    int line_number = 1;
    for (size_t i = 0; i < bytes.size();) {
        const std::optional<char32_t> ch = utf8_decode(bytes, i);
        if (!ch)
            throw std::runtime_error(path + ":" + std::to_string(line_number) + ": not UTF-8; convert it");
        line += *ch;
        if (i < bytes.size() && ch != U'\n' && (ch != U'\r' || bytes[i] == '\n')) continue;
        const size_t from = line.find_first_not_of(whitespace), last = line.find_last_not_of(whitespace);
        if (from != none) docs.push_back(line.substr(from, last + 1 - from));
        line.clear();
        ++line_number;
    }
    if (docs.empty()) throw std::runtime_error("no documents in " + path + "; put one on each line");
    return docs;
}

// ---- Tokenizer: from strings to sequences of integers ("tokens") and back --------------------------------

std::u32string uchars;  // the distinct characters of the dataset, sorted, become token ids 0..n-1
size_t BOS = 0;         // token id of the special Beginning of Sequence (BOS) token
size_t vocab_size = 0;  // number of distinct tokens, +1 is for BOS

void init_tokenizer(const std::vector<std::u32string>& docs) {
    std::vector<bool> seen(0x110000);  // one for each code point there is
    for (const std::u32string& doc : docs)
        for (const char32_t ch : doc) seen[ch] = true;
    uchars.clear();
    for (char32_t ch = 0; ch < seen.size(); ++ch)
        if (seen[ch]) uchars += ch;
    BOS = uchars.size();
    vocab_size = uchars.size() + 1;
}

// [BOS] + [uchars.index(ch) for ch in doc] + [BOS]
std::vector<size_t> encode(const std::u32string& doc) {
    std::vector<size_t> tokens = {BOS};
    for (const char32_t ch : doc) {
        const size_t token_id = uchars.find(ch);
        if (token_id == none) throw std::runtime_error("not a character of the dataset: " + utf8_encode(ch));
        tokens.push_back(token_id);
    }
    tokens.push_back(BOS);
    return tokens;
}

// ---- Autograd: the chain rule, applied through a computation graph ---------------------------------------
// microgpt.py makes an object for each number, and sorts them all before it goes backward. Here each number
// gets the next place on one list, the tape. Its children, which it was computed from, are on it already: so
// the tape is sorted as it stands, and going backward is one loop from its end to its start.

struct Node {                           // one operation: how a number was computed from its children
    size_t value;                       // the place of that number
    std::array<size_t, 2> children;     // the places of the children; for a dot product, where two runs start
    std::array<double, 2> local_grads;  // local derivative of the number w.r.t. its children
    size_t length;                      // of the two runs, for a dot product; else 0
};

struct Tape {
    std::vector<double> data;  // scalar value of each number, calculated during forward pass
    std::vector<double> grad;  // derivative of the loss w.r.t. each number, calculated in backward pass
    std::vector<Node> nodes;   // the operations; a number without one, such as a parameter, is a leaf
    size_t size = 0;           // how many numbers are in use; the vectors have room for more
    size_t num_nodes = 0;      // how many operations
    size_t num_done = 0;       // how many of them backward() has been through

    void grow() {
        nodes.resize(2 * size + 1024);
        data.resize(nodes.size());
        grad.resize(nodes.size());
    }
    // Forgets all but the first n numbers, which are leaves. This is all the memory management there is.
    void cut(size_t n) {
        size = n;
        num_nodes = num_done = 0;
    }
};

Tape tape;

struct Value {
    size_t place;  // on the tape; a Value is only this, so it is cheap to copy

    explicit Value(size_t i) : place(i) {}
    explicit Value(double data) : place(tape.size++) {
        if (place == tape.data.size()) tape.grow();
        tape.data[place] = data;
        tape.grad[place] = 0;
    }
    Value(double data, std::array<size_t, 2> children, std::array<double, 2> local_grads, size_t length = 0)
        : Value(data) {
        tape.nodes[tape.num_nodes++] = {place, children, local_grads, length};
    }

    double& data() const { return tape.data[place]; }
    double& grad() const { return tape.grad[place]; }

    Value pow(double c) const { return {std::pow(data(), c), {place, none}, {c * std::pow(data(), c - 1)}}; }
    Value log() const {
        if (data() == 0) throw std::domain_error("log(0): math domain error; try a lower learning_rate");
        return {std::log(data()), {place, none}, {1 / data()}};
    }
    Value exp() const { return {std::exp(data()), {place, none}, {std::exp(data())}}; }
    Value relu() const { return {std::max(0.0, data()), {place, none}, {data() > 0 ? 1.0 : 0.0}}; }
    void backward() const;
};

// What stands on either side of an operator: a Value, or a plain number, which needs no place on the tape.
struct Operand {
    double data;
    size_t place = none;

    Operand(double c) : data(c) {}
    Operand(Value v) : data(v.data()), place(v.place) {}
};

inline Value operator+(Operand a, Operand b) { return {a.data + b.data, {a.place, b.place}, {1, 1}}; }
inline Value operator-(Operand a, Operand b) { return {a.data - b.data, {a.place, b.place}, {1, -1}}; }
inline Value operator*(Operand a, Operand b) {
    return {a.data * b.data, {a.place, b.place}, {b.data, a.data}};
}
inline Value operator/(Operand a, Operand b) {
    const double inverse = 1 / b.data;  // a / b = a * b^-1, whose derivatives are b^-1 and -a * b^-2
    return {a.data * inverse, {a.place, b.place}, {inverse, -a.data * inverse * inverse}};
}
inline Value operator-(Value x) { return x * -1; }

struct Vector {  // a list[Value]: a run of neighbours on the tape
    size_t start = 0, length = 0;

    Value operator[](size_t i) const { return Value(start + i); }
    Vector slice(size_t from, size_t n) const { return {start + from, n}; }  // x[from : from + n]
    const double* data() const { return tape.data.data() + start; }
};

// [element(i) for i in range(n)]. Each element must append exactly one number, so that they are neighbours.
Vector list(size_t n, auto element) {
    const Vector x{tape.size, n};
    for (size_t i = 0; i < n; ++i) element(i);
    return x;
}

Value sum(Vector x) {
    Value total(0.0);
    for (size_t i = 0; i < x.length; ++i) total = total + x[i];
    return total;
}

// sum(wi * xi for wi, xi in zip(w, x)) as a single node: nine tenths of the work in a GPT is this. The local
// derivative of each wi is the xi beside it, and the other way round, so they need not be kept.
inline Value dot(Vector w, Vector x) {
    const double total = std::inner_product(w.data(), w.data() + w.length, x.data(), 0.0);
    return {total, {w.start, x.start}, {}, w.length};
}

// From the end of the tape to its start. All that was made of a number comes behind it, so at its node its
// grad is complete, and is handed on to its children: child.grad += local_grad * v.grad.
void Value::backward() const {
    for (size_t k = 0; k < tape.num_done; ++k) tape.grad[tape.nodes[k].value] = 0;  // only leaves accumulate
    tape.num_done = tape.num_nodes;
    grad() = 1;
    for (size_t k = tape.num_nodes; k-- > 0;) {
        const Node& node = tape.nodes[k];
        const auto [a, b] = node.children;
        const double v_grad = tape.grad[node.value];
        if (v_grad == 0) continue;  // nothing to hand on
        if (node.length > 0) {
            for (size_t i = 0; i < node.length; ++i) tape.grad[a + i] += tape.data[b + i] * v_grad;
            for (size_t i = 0; i < node.length; ++i) tape.grad[b + i] += tape.data[a + i] * v_grad;
        } else {
            if (a != none) tape.grad[a] += node.local_grads[0] * v_grad;
            if (b != none) tape.grad[b] += node.local_grads[1] * v_grad;
        }
    }
}

// ---- Parameters, to store the knowledge of the model -----------------------------------------------------

constexpr int n_layer = 1;                 // depth of the transformer neural network (number of layers)
constexpr int n_embd = 16;                 // width of the network (embedding dimension)
constexpr int block_size = 16;             // maximum context length of the attention window
constexpr int n_head = 4;                  // number of attention heads
constexpr int head_dim = n_embd / n_head;  // derived dimension of each head
static_assert(n_embd % n_head == 0, "n_head must divide n_embd");

struct Matrix {  // nout rows of nin Values each, row after row
    size_t start = 0, nout = 0, nin = 0;

    Vector operator[](size_t row) const { return {start + row * nin, nin}; }
};

Matrix matrix(size_t nout, size_t nin, double std = 0.08) {
    return {list(nout * nin, [&](size_t) { return Value(rng.gauss(0, std)); }).start, nout, nin};
}

std::map<std::string, Matrix> state_dict;
Vector params;  // all the Values in state_dict: the first on the tape

void init_params() {
    state_dict["wte"] = matrix(vocab_size, n_embd);
    state_dict["wpe"] = matrix(block_size, n_embd);
    state_dict["lm_head"] = matrix(vocab_size, n_embd);
    for (size_t i = 0; i < n_layer; ++i) {
        const std::string layer = "layer" + std::to_string(i);
        state_dict[layer + ".attn_wq"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wk"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wv"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wo"] = matrix(n_embd, n_embd);
        state_dict[layer + ".mlp_fc1"] = matrix(4 * n_embd, n_embd);
        state_dict[layer + ".mlp_fc2"] = matrix(n_embd, 4 * n_embd);
    }
    params = {0, tape.size};
}

// ---- Model: a function from tokens and parameters to logits over what comes next -------------------------
// It follows GPT-2, blessed among the GPTs, with minor differences: layernorm -> rmsnorm, no biases, GeLU ->
// ReLU.

// W (nout, nin) @ x (nin,) -> (nout,)
Vector linear(Vector x, Matrix w) {
    return list(w.nout, [&](size_t i) { return dot(w[i], x); });
}

// exp(x_i) / sum_j exp(x_j): all positive, 1 in total. To take max_val off each logit does not change that,
// and keeps exp from overflowing.
Vector softmax(Vector logits) {
    const size_t n = logits.length;
    const double max_val = *std::max_element(logits.data(), logits.data() + n);
    const Vector shifted = list(n, [&](size_t i) { return logits[i] - max_val; });
    const Vector exps = list(n, [&](size_t i) { return shifted[i].exp(); });
    const Value total = sum(exps);
    return list(n, [&](size_t i) { return exps[i] / total; });
}

// x / sqrt(mean of x_i^2): the direction of x, with elements of size about 1.
Vector rmsnorm(Vector x) {
    const Value ms = dot(x, x) / static_cast<double>(x.length);
    const Value scale = (ms + 1e-5).pow(-0.5);
    return list(x.length, [&](size_t i) { return x[i] * scale; });
}

// The keys, or the values, of every layer at every position so far: runs of n_embd Values.
using Cache = std::array<std::array<Vector, block_size>, n_layer>;

// The logits (vocab_size,) for what follows token_id, at position pos_id. keys and values hold what came
// before, and get this position's; what comes after is not there yet, so no mask is needed to hide it.
Vector gpt(size_t token_id, size_t pos_id, Cache& keys, Cache& values) {
    const Vector tok_emb = state_dict["wte"][token_id];  // token embedding
    const Vector pos_emb = state_dict["wpe"][pos_id];    // position embedding
    Vector x = list(n_embd, [&](size_t i) { return tok_emb[i] + pos_emb[i]; });
    x = rmsnorm(x);  // not redundant: the residual connection carries this x on

    for (size_t li = 0; li < n_layer; ++li) {
        const std::string layer = "layer" + std::to_string(li);
        // 1) Multi-head attention block
        Vector x_residual = x;
        x = rmsnorm(x);
        const Vector q = linear(x, state_dict[layer + ".attn_wq"]);
        keys[li][pos_id] = linear(x, state_dict[layer + ".attn_wk"]);
        values[li][pos_id] = linear(x, state_dict[layer + ".attn_wv"]);
        const size_t n = pos_id + 1;  // positions to attend to: all up to and including this one
        std::array<Vector, n_head> attn_weights;
        for (size_t h = 0; h < n_head; ++h) {
            const size_t hs = h * head_dim;
            const Vector q_h = q.slice(hs, head_dim);
            const Vector dots = list(n, [&](size_t t) { return dot(q_h, keys[li][t].slice(hs, head_dim)); });
            const Vector attn_logits = list(n, [&](size_t t) { return dots[t] / std::sqrt(head_dim); });
            attn_weights[h] = softmax(attn_logits);
        }
        std::array<Vector, n_embd> v_t;  // the values transposed: element i of all, copied (+ 0) into a run
        for (size_t i = 0; i < n_embd; ++i) v_t[i] = list(n, [&](size_t t) { return values[li][t][i] + 0; });
        const Vector x_attn = list(n_embd, [&](size_t i) { return dot(attn_weights[i / head_dim], v_t[i]); });
        x = linear(x_attn, state_dict[layer + ".attn_wo"]);
        x = list(n_embd, [&](size_t i) { return x[i] + x_residual[i]; });
        // 2) MLP block
        x_residual = x;
        x = rmsnorm(x);
        x = linear(x, state_dict[layer + ".mlp_fc1"]);
        x = list(x.length, [&](size_t i) { return x[i].relu(); });
        x = linear(x, state_dict[layer + ".mlp_fc2"]);
        x = list(n_embd, [&](size_t i) { return x[i] + x_residual[i]; });
    }

    return linear(x, state_dict["lm_head"]);
}

// The mean over the positions of -log(probability of the token that really comes next). May yours be low.
Value average_loss(const std::vector<size_t>& tokens) {
    const size_t n = std::min<size_t>(block_size, tokens.size() - 1);
    static Cache keys, values;
    Value losses(0.0);
    for (size_t pos_id = 0; pos_id < n; ++pos_id) {
        const size_t token_id = tokens[pos_id], target_id = tokens[pos_id + 1];
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(logits);
        const Value loss_t = -probs[target_id].log();
        losses = losses + loss_t;
    }
    return (1 / static_cast<double>(n)) * losses;
}

// ---- Optimizer and training ------------------------------------------------------------------------------

constexpr double learning_rate = 0.01;
constexpr double beta1 = 0.85;
constexpr double beta2 = 0.99;
constexpr double eps_adam = 1e-8;
static_assert(beta1 != 1 && beta2 != 1 && eps_adam != 0, "Adam would divide by 0");
constexpr int num_steps = 1000;  // number of training steps

std::vector<double> m, v;  // first and second moment buffer

// Adam, the blessed optimizer: a step down the gradient, smoothed over time (m), and divided by its usual
// size (v), so that all parameters move at a like pace. Sets their grads back to 0.
void update_params(int step) {
    m.resize(params.length);
    v.resize(params.length);
    const double lr_t = learning_rate * (1 - step / static_cast<double>(num_steps));  // linear decay
    const double m_scale = 1 / (1 - std::pow(beta1, step + 1));  // m and v start at 0: make up for it
    const double v_scale = 1 / (1 - std::pow(beta2, step + 1));
    for (size_t i = 0; i < params.length; ++i) {
        const Value p = params[i];
        const double m_i = beta1 * m[i] + (1 - beta1) * p.grad();
        const double v_i = beta2 * v[i] + (1 - beta2) * (p.grad() * p.grad());
        const double m_hat = m_i * m_scale;
        const double v_hat = v_i * v_scale;
        p.data() -= lr_t * m_hat / (std::sqrt(v_hat) + eps_adam);
        p.grad() = 0;
        m[i] = m_i;
        v[i] = v_i;
    }
}

// Sends off what was printed, so that progress shows as it happens.
void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw std::runtime_error("cannot write the output; is the disk full?");
}

void train(const std::vector<std::u32string>& docs) {
    for (int step = 0; step < num_steps; ++step) {
        const std::u32string& doc = docs[static_cast<size_t>(step) % docs.size()];
        const std::vector<size_t> tokens = encode(doc.substr(0, block_size));  // no more will be used
        const Value loss = average_loss(tokens);
        loss.backward();
        update_params(step);
        const double shown = std::abs(loss.data());  // nan, not -nan
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, shown);
        flush_output();
        tape.cut(params.length);
    }
}

// ---- Inference: may the model babble back to us ----------------------------------------------------------

constexpr double temperature = 0.5;  // in (0, 1], control the "creativity" of generated text, low to high

std::string sample() {
    static Cache keys, values;
    size_t token_id = BOS;
    std::string text;
    for (size_t pos_id = 0; pos_id < block_size; ++pos_id) {
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(list(logits.length, [&](size_t i) { return logits[i] / temperature; }));
        token_id = rng.choices({probs.data(), probs.data() + probs.length});
        if (token_id == BOS) break;
        text += utf8_encode(uchars[token_id]);
    }
    tape.cut(params.length);
    return text;
}

// ---- The program: all of the above, in microgpt.py's order -----------------------------------------------

void run(const std::string& path) {
    std::vector<std::u32string> docs = load_docs(path);
    rng.shuffle(docs);
    std::printf("num docs: %zu\n", docs.size());
    init_tokenizer(docs);
    std::printf("vocab size: %zu\n", vocab_size);
    init_params();
    std::printf("num params: %zu\n", params.length);
    train(docs);
    std::printf("\n--- inference (new, hallucinated names) ---\n");
    for (int i = 0; i < 20; ++i) {
        const std::string text = sample();
        std::printf("sample %2d: ", i + 1);
        for (const char byte : text) std::putchar(byte);
        std::printf("\n");
    }
}

int main(int argc, char** argv) {
    try {
        std::string path = argc > 1 ? argv[1] : "input.txt";
        const bool help = path == "-h" || path == "--help";
        if (argc > 2 || (path.starts_with('-') && !help)) {
            std::fputs("microgpt: it takes one dataset and no options; see microgpt --help\n", stderr);
            return 2;
        }
        if (argc == 1 && !std::filesystem::exists(path)) path = "data/names.txt";
        if (argc == 1 && !std::filesystem::exists(path))
            throw std::runtime_error(
                "no dataset; get one: curl -o input.txt "
                "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt");
        if (help)
            std::puts(
                "usage: microgpt [DATASET]\n\nTrains a GPT on DATASET, a UTF-8 text file with one document "
                "on each line,\nand samples 20 new ones. Default: input.txt or else data/names.txt.");
        else
            run(path);
        flush_output();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "microgpt: %s\n", error.what());
        return 1;
    }
    return 0;
}
