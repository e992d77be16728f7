// A whole GPT in one file: it learns from a list of names how likely each character is to come next, and
// makes up new names by drawing one character after another.
//
// This is Andrej Karpathy's microgpt.py (gist 8627fe009c40f57531cb18360106ce95, revision 14fb038) in C++: the
// same sections in the same order, its names wherever it has one, and for the same dataset the same output,
// byte for byte. Read the two side by side. Random numbers and UTF-8, which Python has built in, come first;
// for the GPT, skip to "Tokenizer".
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
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using std::size_t;
constexpr size_t none = std::string::npos;  // "no index"

// ---- Random numbers: `import random` ---------------------------------------------------------------------
// The output can match Python's only if the random numbers do. C++ has the same generator, the Mersenne
// twister; how CPython seeds it, and what it makes of its bits, is written out here.

struct Random {
    struct Seed {                           // fills the twister's 624 words as CPython's init_by_array does
        using result_type = std::uint32_t;  // std::mt19937 requires it
        std::uint32_t key;

        void generate(auto words, auto /*end*/) const {
            std::uint32_t last = words[0] = 19650218;
            for (std::uint32_t i = 1; i < 624; ++i) last = words[i] = 1812433253u * (last ^ (last >> 30)) + i;
            last = words[0];
            for (std::uint32_t k = 0; k < 624 + 623; ++k) {
                const std::uint32_t i = 1 + k % 623;
                last ^= last >> 30;
                last = k < 624 ? (words[i] ^ last * 1664525u) + key : (words[i] ^ last * 1566083941u) - i;
                words[i] = last;
            }
            words[0] = 0x80000000u;
        }
    };

    Seed seed;
    std::mt19937 twister{seed};
    std::optional<double> gauss_next;  // gauss makes two numbers at a time; the second waits here

    explicit Random(std::uint32_t key) : seed{key} {}

    std::uint32_t getrandbits(int k) { return std::uint32_t(twister()) >> (32 - k); }  // 1 <= k <= 32

    // Uniform in [0, 1), with the 53 bits that are a double's precision.
    double random() {
        const std::uint32_t a = getrandbits(27), b = getrandbits(26);
        return (a * 0x1p26 + b) / 0x1p53;
    }

    // Normal with mean mu and standard deviation sigma, by the Box-Muller transform.
    double gauss(double mu, double sigma) {
        if (gauss_next) return mu + *std::exchange(gauss_next, std::nullopt) * sigma;
        const double x2pi = random() * 2 * std::numbers::pi;
        const double g2rad = std::sqrt(-2 * std::log(1 - random()));
        gauss_next = std::sin(x2pi) * g2rad;
        return mu + std::cos(x2pi) * g2rad * sigma;
    }

    // Random order: from the last element down, swaps each with itself or one before it.
    void shuffle(auto& x) {
        for (size_t n = x.size(); n > 1; --n) {
            size_t j = n;
            while (j >= n) j = getrandbits(int(std::bit_width(n)));  // too big: draw again
            std::swap(x[n - 1], x[j]);
        }
    }

    // An index, drawn with probability weights[index] / sum(weights).
    size_t choices(std::vector<double> weights) {
        std::partial_sum(weights.begin(), weights.end(), weights.begin());  // from here on, cumulative
        const double total = weights.back();
        if (!std::isfinite(total) || total <= 0)
            throw std::runtime_error("cannot choose a token; try another learning_rate or temperature");
        return size_t(std::upper_bound(weights.begin(), weights.end() - 1, random() * total) -
                      weights.begin());
    }
};

Random rng(42);

// ---- Dataset: `docs`, the lines of a text file -----------------------------------------------------------
// Each line is a document, such as a name. A Python str is a sequence of code points; here that is a
// std::u32string. Files and terminals use UTF-8, one to four bytes for each code point.

std::string utf8_encode(char32_t ch) {
    const auto rest = [&](int shift) { return char(0x80 | (ch >> shift & 0x3F)); };
    if (ch < 0x80) return {char(ch)};
    if (ch < 0x800) return {char(0xC0 | ch >> 6), rest(0)};
    if (ch < 0x10000) return {char(0xE0 | ch >> 12), rest(6), rest(0)};
    return {char(0xF0 | ch >> 18), rest(12), rest(6), rest(0)};
}

// The code point whose bytes start at i, or nothing if they are not valid UTF-8; moves i past them.
std::optional<char32_t> utf8_decode(const std::string& bytes, size_t& i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const size_t start = i++;
    if (first < 0x80) return first;
    char32_t ch = first & (0x7Fu >> std::countl_one(first));  // without the 1 bits that count the bytes
    while (i < bytes.size() && (bytes[i] & 0xC0) == 0x80) ch = ch << 6 | char32_t(bytes[i++] & 0x3F);
    const bool valid = ch < 0xD800 || (ch > 0xDFFF && ch <= 0x10FFFF);  // without surrogates
    return valid && utf8_encode(ch) == bytes.substr(start, i - start) ? std::optional(ch) : std::nullopt;
}

// [line.strip() for line in open(path) if line.strip()]. Lines end with \n, \r\n or \r.
std::vector<std::u32string> load_docs(const std::string& path) {
    const std::u32string whitespace =  // what strip() removes
        U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004"
        U"\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        throw std::runtime_error("cannot read " + path + "; is it a text file that you may read?");
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    std::vector<std::u32string> docs;
    std::u32string line;
    for (size_t i = 0, lineno = 1; i < bytes.size();) {
        const auto ch = utf8_decode(bytes, i);
        if (!ch) throw std::runtime_error(path + ":" + std::to_string(lineno) + ": not UTF-8; convert it");
        line += *ch;
        const bool line_ends = i == bytes.size() || ch == U'\n' || (ch == U'\r' && bytes[i] != '\n');
        if (!line_ends) continue;
        const size_t first = line.find_first_not_of(whitespace), last = line.find_last_not_of(whitespace);
        if (first != none) docs.push_back(line.substr(first, last + 1 - first));
        line.clear();
        ++lineno;
    }
    if (docs.empty()) throw std::runtime_error("no documents in " + path + "; put one on each line");
    return docs;
}

// ---- Tokenizer: characters as numbers --------------------------------------------------------------------
// A model computes with numbers, so each character is a token and has a number, its token id. One more token,
// BOS, marks the beginning and the end of a document.

std::u32string uchars;  // the distinct characters in docs, sorted: uchars[token_id] is the token's character
size_t BOS;             // Beginning of Sequence; here it marks the end, too
size_t vocab_size;      // how many token ids there are

void init_tokenizer(const std::vector<std::u32string>& docs) {
    std::set<char32_t> distinct;
    for (const std::u32string& doc : docs) distinct.insert(doc.begin(), doc.end());
    uchars.assign(distinct.begin(), distinct.end());
    BOS = uchars.size();
    vocab_size = uchars.size() + 1;
}

// [BOS] + [uchars.index(ch) for ch in doc] + [BOS]
std::vector<size_t> encode(const std::u32string& doc) {
    std::vector<size_t> tokens = {BOS};
    for (const char32_t ch : doc) {
        tokens.push_back(uchars.find(ch));
        if (tokens.back() == none) throw std::runtime_error("not in the dataset: " + utf8_encode(ch));
    }
    tokens.push_back(BOS);
    return tokens;
}

// ---- Autograd: the gradient of any computation, by the chain rule ----------------------------------------
// A gradient says how fast the loss (how badly the model predicts) changes with each number it depends on. In
// microgpt.py a number is an object that points to its children, the numbers it was computed from; backward
// sorts these objects. Here each new number goes to the end of one long list, the tape. Its children are
// there already, so nothing needs sorting, and backward simply walks back along the tape.

struct Node {                           // how the number at one place of the tape was computed
    std::array<size_t, 2> children;     // their places, or none; for a dot product, where its vectors start
    std::array<double, 2> local_grads;  // how fast the number changes with each child
    size_t length;                      // of a dot product's vectors; otherwise 0
};

struct Tape {
    std::vector<double> data;  // the numbers
    std::vector<double> grad;  // how fast the loss changes with each; filled in by backward
    std::vector<Node> nodes;
    size_t size = 0;   // places in use; the vectors keep room for more (push_back is slower)
    size_t start = 0;  // the parameters end and computations start here
    size_t done = 0;   // places that backward has been through

    size_t append(double number) {
        if (size == data.size()) grow();
        data[size] = number;
        grad[size] = 0;
        return size++;
    }
    void grow() {
        data.resize(2 * size + 1024);
        grad.resize(data.size());
        nodes.resize(data.size());
    }
    void cut() { size = done = start; }  // drops all but the parameters; no other memory needs managing
};

Tape tape;

struct Value {
    size_t place;  // on the tape; a Value is no more than that, so it is cheap to copy

    explicit Value(size_t i) : place(i) {}                          // refers to the number at place i
    explicit Value(double data) : Value(data, {none, none}, {}) {}  // appends a leaf, which has no children
    Value(double data, std::array<size_t, 2> children, std::array<double, 2> local_grads, size_t length = 0)
        : place(tape.append(data)) {
        tape.nodes[place] = {children, local_grads, length};
    }

    double& data() const { return tape.data[place]; }
    double& grad() const { return tape.grad[place]; }

    Value pow(double c) const { return {std::pow(data(), c), {place, none}, {c * std::pow(data(), c - 1)}}; }
    Value log() const {
        if (data() == 0) throw std::domain_error("log of 0; try a lower learning_rate");
        return {std::log(data()), {place, none}, {1 / data()}};
    }
    Value exp() const { return {std::exp(data()), {place, none}, {std::exp(data())}}; }
    Value relu() const { return {std::max(0.0, data()), {place, none}, {data() > 0 ? 1.0 : 0.0}}; }

    // Whatever was computed from a number lies after it. So when the second loop, going down, reaches a
    // number, its grad is complete, and is passed on by the chain rule: child.grad += local_grad * grad.
    void backward() const {
        for (size_t i = tape.start; i < tape.done; ++i)  // only leaves keep an earlier backward's grads
            if (tape.nodes[i].children != std::array{none, none}) tape.grad[i] = 0;
        tape.done = place + 1;
        grad() = 1;
        for (size_t i = place + 1; i-- > tape.start;) {
            const double v_grad = tape.grad[i];
            if (v_grad == 0) continue;  // nothing to pass on
            const Node& node = tape.nodes[i];
            const auto [a, b] = node.children;
            if (node.length > 0) {
                for (size_t k = 0; k < node.length; ++k) tape.grad[a + k] += tape.data[b + k] * v_grad;
                for (size_t k = 0; k < node.length; ++k) tape.grad[b + k] += tape.data[a + k] * v_grad;
            } else {
                if (a != none) tape.grad[a] += node.local_grads[0] * v_grad;
                if (b != none) tape.grad[b] += node.local_grads[1] * v_grad;
            }
        }
    }
};

// One side of an operator: a Value, or a plain number, which takes no place on the tape.
struct Operand {
    double data;
    size_t place = none;

    Operand(double c) : data(c) {}
    Operand(Value v) : data(v.data()), place(v.place) {}
};

Value operator+(Operand a, Operand b) { return {a.data + b.data, {a.place, b.place}, {1, 1}}; }
Value operator-(Operand a, Operand b) { return {a.data - b.data, {a.place, b.place}, {1, -1}}; }
Value operator*(Operand a, Operand b) { return {a.data * b.data, {a.place, b.place}, {b.data, a.data}}; }
Value operator/(Operand a, Operand b) {
    const double inverse = 1 / b.data;  // a / b = a * b^-1, whose derivatives are b^-1 and -a * b^-2
    return {a.data * inverse, {a.place, b.place}, {inverse, -a.data * inverse * inverse}};
}
Value operator-(Value x) { return x * -1; }

struct Vector {  // a list[Value] whose elements lie side by side on the tape
    size_t start = 0, length = 0;

    Value operator[](size_t i) const { return Value(start + i); }
    Vector slice(size_t from, size_t n) const { return {start + from, n}; }  // x[from : from + n]
    const double* data() const { return tape.data.data() + start; }
};

// [element(i) for i in range(n)]. Each call must append exactly one number, so that they lie side by side.
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

// sum(wi * xi for wi, xi in zip(w, x)), as a single node, since nine tenths of the work is dot products. The
// local gradient of each wi is the data of the xi it is multiplied by, and vice versa, so none are stored.
Value dot(Vector w, Vector x) {
    const double total = std::inner_product(w.data(), w.data() + w.length, x.data(), 0.0);
    return {total, {w.start, x.start}, {}, w.length};
}

// ---- Parameters: what the model learns -------------------------------------------------------------------
// Matrices of random numbers at first; training changes nothing else. wte has a row of n_embd numbers, its
// embedding, for each token; wpe has one for each position. In each layer, attn_wq, wk, wv and wo make the
// queries, keys, values and output of attention, and mlp_fc1 and 2 form the MLP. lm_head scores each token.

constexpr int n_layer = 1;                 // layers: each is attention and an MLP
constexpr int n_embd = 16;                 // how many numbers stand for a token
constexpr int block_size = 16;             // how many tokens the model can look at
constexpr int n_head = 4;                  // attention heads: each can learn to look for something different
constexpr int head_dim = n_embd / n_head;  // each head's share of the n_embd numbers
static_assert(n_embd > 0 && block_size > 0);
static_assert(n_embd % n_head == 0, "n_head must divide n_embd");

using Matrix = std::vector<Vector>;  // rows

Matrix matrix(size_t nout, size_t nin, double std = 0.08) {
    Matrix rows(nout);
    for (Vector& row : rows) row = list(nin, [&](size_t) { return Value(rng.gauss(0, std)); });
    return rows;
}

std::map<std::string, Matrix> state_dict;
Vector params;  // all Values in state_dict

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
    tape.start = tape.size;  // tape.cut() drops everything from here on
    params = {0, tape.size};
}

// ---- Model: how likely each token is to come next --------------------------------------------------------
// A transformer, built only from the operations above, so that backward can follow it. It takes one token at
// a time, and of each it keeps what later tokens will need.

// Matrix times vector: w (nout, nin), x (nin,) -> (nout,).
Vector linear(Vector x, const Matrix& w) {
    return list(w.size(), [&](size_t i) { return dot(w[i], x); });
}

// From scores (logits) to probabilities: exp(x_i) / sum_j exp(x_j). Subtracting the largest from all of them
// first does not change the result, but keeps exp from overflowing.
Vector softmax(Vector logits) {
    const size_t n = logits.length;
    const double max_val = *std::max_element(logits.data(), logits.data() + n);
    const Vector shifted = list(n, [&](size_t i) { return logits[i] - max_val; });
    const Vector exps = list(n, [&](size_t i) { return shifted[i].exp(); });
    const Value total = sum(exps);
    return list(n, [&](size_t i) { return exps[i] / total; });
}

// x / sqrt(mean of x_i^2): scales x so that its elements are about 1 in size. 1e-5 avoids a division by 0.
Vector rmsnorm(Vector x) {
    const Value ms = dot(x, x) / double(x.length);
    const Value scale = (ms + 1e-5).pow(-0.5);
    return list(x.length, [&](size_t i) { return x[i] * scale; });
}

// For each layer and position, the key made there, or in the other cache the value: (n_embd,).
using Cache = std::array<std::array<Vector, block_size>, n_layer>;

// The logits (vocab_size,) for the token after token_id, which is at position pos_id. Adds this position's
// key and value to keys and values, and looks only at those so far: no mask has to hide later ones.
Vector gpt(size_t token_id, size_t pos_id, Cache& keys, Cache& values) {
    const Vector tok_emb = state_dict["wte"][token_id];
    const Vector pos_emb = state_dict["wpe"][pos_id];
    Vector x = list(n_embd, [&](size_t i) { return tok_emb[i] + pos_emb[i]; });
    x = rmsnorm(x);  // x_residual will hold this x; the next rmsnorm changes only what attention reads

    for (size_t li = 0; li < n_layer; ++li) {
        const std::string layer = "layer" + std::to_string(li);
        // Attention: each position makes a query, a key and a value. The better its query matches the key of
        // an earlier position, or its own, the more of that value it takes in. Each head uses its own slice.
        Vector x_residual = x;
        x = rmsnorm(x);
        const Vector q = linear(x, state_dict[layer + ".attn_wq"]);
        keys[li][pos_id] = linear(x, state_dict[layer + ".attn_wk"]);
        values[li][pos_id] = linear(x, state_dict[layer + ".attn_wv"]);
        const size_t n = pos_id + 1;  // positions so far, including this one
        std::array<Vector, n_head> attn_weights;
        for (size_t h = 0; h < n_head; ++h) {
            const size_t hs = h * head_dim;
            const Vector q_h = q.slice(hs, head_dim);
            // sqrt(head_dim): otherwise the scores would grow with the size of the heads.
            const Vector dots = list(n, [&](size_t t) { return dot(q_h, keys[li][t].slice(hs, head_dim)); });
            attn_weights[h] = softmax(list(n, [&](size_t t) { return dots[t] / std::sqrt(head_dim); }));
        }
        // dot needs its numbers side by side, so element i of every value so far is copied (+ 0) into v_i[i].
        std::array<Vector, n_embd> v_i;
        for (size_t i = 0; i < n_embd; ++i) v_i[i] = list(n, [&](size_t t) { return values[li][t][i] + 0; });
        const Vector x_attn = list(n_embd, [&](size_t i) { return dot(attn_weights[i / head_dim], v_i[i]); });
        x = linear(x_attn, state_dict[layer + ".attn_wo"]);
        x = list(n_embd, [&](size_t i) { return x[i] + x_residual[i]; });  // residual: input is added back
        // MLP (multilayer perceptron): two matrices; without relu between them, they would act as just one.
        x_residual = x;
        x = rmsnorm(x);
        x = linear(x, state_dict[layer + ".mlp_fc1"]);
        x = list(x.length, [&](size_t i) { return x[i].relu(); });
        x = linear(x, state_dict[layer + ".mlp_fc2"]);
        x = list(n_embd, [&](size_t i) { return x[i] + x_residual[i]; });
    }

    return linear(x, state_dict["lm_head"]);
}

// ---- Optimizer and training: Adam, one document at a time ------------------------------------------------
// Each step takes a document, measures how badly the model predicts it (that is the loss), and moves every
// parameter a little in the direction that should lower the loss.

constexpr double learning_rate = 0.01;  // roughly the most that a step can move a parameter, at the start
constexpr double beta1 = 0.85;          // the share of m kept at each step; the rest is the new gradient
constexpr double beta2 = 0.99;          // the same for v, with the gradient's square
constexpr double eps_adam = 1e-8;       // avoids a division by 0
static_assert(beta1 != 1 && beta2 != 1 && eps_adam != 0, "Adam would divide by 0");
constexpr int num_steps = 1000;

std::vector<double> m, v;  // for each parameter: running averages of its gradient and of its square

// The mean over the positions of -log(probability of the token that comes next): 0 would be perfect.
Value average_loss(const std::vector<size_t>& tokens) {
    const size_t n = std::min<size_t>(block_size, tokens.size() - 1);
    static Cache keys, values;  // not cleared: gpt writes each position before it reads it
    Value losses(0.0);
    for (size_t pos_id = 0; pos_id < n; ++pos_id) {
        const size_t token_id = tokens[pos_id], target_id = tokens[pos_id + 1];
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(logits);
        const Value loss_t = -probs[target_id].log();
        losses = losses + loss_t;
    }
    return (1 / double(n)) * losses;
}

// Adam moves each parameter against its average gradient (m), divided by the gradient's usual size (sqrt of
// v), so a step is lr_t at most or so, whatever that size. m and v start at 0: m_hat and v_hat correct this.
void update_params(int step) {
    m.resize(params.length);
    v.resize(params.length);
    const double lr_t = learning_rate * (1 - step / double(num_steps));  // falls towards 0
    const double m_scale = 1 / (1 - std::pow(beta1, step + 1));
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

void train(const std::vector<std::u32string>& docs) {
    for (int step = 0; step < num_steps; ++step) {
        const std::u32string& doc = docs[size_t(step) % docs.size()];
        const std::vector<size_t> tokens = encode(doc.substr(0, block_size));  // the rest would not be used
        const Value loss = average_loss(tokens);
        loss.backward();
        update_params(step);
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, std::abs(loss.data()));  // not -nan
        std::fflush(stdout);
        tape.cut();
    }
}

// ---- Inference: new names --------------------------------------------------------------------------------
// Draws a token from the model's probabilities, sharpened by temperature, and takes it as the next input,
// until BOS is drawn or the block is full.

constexpr double temperature = 0.5;  // near 0: always the likeliest token; 1: the model's own probabilities

void generate() {
    std::printf("\n--- inference (new, hallucinated names) ---\n");
    static Cache keys, values;
    for (int sample_idx = 0; sample_idx < 20; ++sample_idx) {
        size_t token_id = BOS;
        std::string sample;
        for (size_t pos_id = 0; pos_id < block_size; ++pos_id) {
            const Vector logits = gpt(token_id, pos_id, keys, values);
            const Vector probs = softmax(list(vocab_size, [&](size_t i) { return logits[i] / temperature; }));
            token_id = rng.choices({probs.data(), probs.data() + vocab_size});
            if (token_id == BOS) break;
            sample += utf8_encode(uchars[token_id]);
        }
        sample += '\n';
        std::printf("sample %2d: ", sample_idx + 1);
        std::fwrite(sample.data(), 1, sample.size(), stdout);  // printf would stop at a null character
        tape.cut();
    }
}

// ---- The program -----------------------------------------------------------------------------------------
// All of the above in microgpt.py's order, and the command line. Errors end up here, as one line on stderr.

void run(const std::string& path) {
    std::vector<std::u32string> docs = load_docs(path);
    rng.shuffle(docs);
    std::printf("num docs: %zu\n", docs.size());
    init_tokenizer(docs);
    std::printf("vocab size: %zu\n", vocab_size);
    init_params();
    std::printf("num params: %zu\n", params.length);
    train(docs);
    generate();
}

int main(int argc, char** argv) {
    try {
        using std::filesystem::exists;
        const std::string path = argc > 1 ? argv[1] : exists("input.txt") ? "input.txt" : "data/names.txt";
        const bool help = path == "-h" || path == "--help";
        if (argc > 2 || (path.starts_with('-') && !help)) {
            std::fputs("microgpt: it takes at most one dataset; see microgpt --help\n", stderr);
            return 2;
        }
        if (argc == 1 && !exists(path))
            throw std::runtime_error(
                "no dataset; get one: curl -o input.txt "
                "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt");
        if (help)
            std::puts(
                "usage: microgpt [DATASET]\n\nTrains a GPT on DATASET, a UTF-8 text file with one document "
                "on each line,\nand samples 20 new ones. Default: input.txt or else data/names.txt.");
        else
            run(path);
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
            throw std::runtime_error("cannot write the output; is the disk full?");
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "microgpt: %s\n", error.what());
        return 1;
    }
}
