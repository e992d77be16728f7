// A whole GPT in one file: it learns from a list of names, and makes up new ones.
//
// This is Andrej Karpathy's microgpt.py (gist 8627fe009c40f57531cb18360106ce95, revision 14fb038) in C++: the
// same sections and names in the same order, and the same output to the byte. Read the two side by side. What
// Python has built in and C++ has not, random numbers and text, comes first; the GPT begins at "Autograd".
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
constexpr size_t none = std::string::npos;  // no index at all

// ---- Random numbers: `import random` ---------------------------------------------------------------------
// The same names take the same random numbers. C++ has Python's generator, the Mersenne twister. How CPython
// seeds it, and what it makes of the bits, is written out here.

struct Random {
    struct Seed {                           // gives the twister its 624 words, like CPython's init_by_array
        using result_type = std::uint32_t;  // std::mt19937 wants to know
        std::uint32_t key;

        void generate(auto words, auto /* their end */) const {
            std::uint32_t last = words[0] = 19650218;
            for (std::uint32_t i = 1; i < 624; ++i) last = words[i] = 1812433253u * (last ^ last >> 30) + i;
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

    // Uniform in [0, 1): 53 random bits, as many as a double has.
    double random() {
        const std::uint32_t a = getrandbits(27), b = getrandbits(26);
        return (a * 0x1p26 + b) / 0x1p53;
    }

    // Normal with mean mu and standard deviation sigma, by the Box-Muller transform.
    double gauss(double mu, double sigma) {
        std::optional<double> z = std::exchange(gauss_next, {});
        if (!z) {
            const double x2pi = random() * 2 * std::numbers::pi;
            const double g2rad = std::sqrt(-2 * std::log(1 - random()));
            z = std::cos(x2pi) * g2rad;
            gauss_next = std::sin(x2pi) * g2rad;
        }
        return mu + *z * sigma;
    }

    // Puts x in random order: swaps each element, from the last one down, with one before it or itself.
    void shuffle(auto& x) {
        for (size_t n = x.size(); n > 1; --n) {
            size_t j = n;
            while (j >= n) j = getrandbits(int(std::bit_width(n)));  // until it is below n
            std::swap(x[n - 1], x[j]);
        }
    }

    // An index, drawn with probability weights[index] / sum(weights).
    size_t choices(const std::vector<double>& weights) {
        const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
        if (!std::isfinite(total) || total <= 0)
            throw std::runtime_error("no next token to choose; try another learning_rate or temperature");
        const double x = random() * total;
        size_t i = 0;
        double cum_weight = weights[0];
        while (cum_weight <= x && i + 1 < weights.size()) cum_weight += weights[++i];
        return i;
    }
};

Random rng(42);

// ---- Dataset: `docs`, the lines of a text file -----------------------------------------------------------
// A Python str is a sequence of code points; here that is a std::u32string. Files and terminals speak UTF-8,
// which has one to four bytes for each.

std::string utf8_encode(char32_t ch) {
    const auto rest = [&](int shift) { return char(0x80 | (ch >> shift & 0x3F)); };
    if (ch < 0x80) return {char(ch)};
    if (ch < 0x800) return {char(0xC0 | ch >> 6), rest(0)};
    if (ch < 0x10000) return {char(0xE0 | ch >> 12), rest(6), rest(0)};
    return {char(0xF0 | ch >> 18), rest(12), rest(6), rest(0)};
}

// The code point that starts at bytes[i], or nothing if that is not UTF-8. Moves i to the next one.
std::optional<char32_t> utf8_decode(const std::string& bytes, size_t& i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    if (first < 0x80) return bytes[i++];
    const int ones = std::countl_one(first);  // it begins with as many 1 bits as there are bytes
    const std::string encoded = bytes.substr(i, size_t(std::max(1, ones)));
    i += encoded.size();
    char32_t ch = first & (0x7Fu >> ones);
    for (size_t k = 1; k < encoded.size(); ++k) ch = ch << 6 | static_cast<unsigned char>(encoded[k] & 0x3F);
    const bool exists = ch < 0xD800 || (ch > 0xDFFF && ch <= 0x10FFFF);
    return exists && utf8_encode(ch) == encoded ? std::optional(ch) : std::nullopt;
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
    int lineno = 1;
    for (size_t i = 0; i < bytes.size();) {
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

// ---- Tokenizer: from characters to integers, the "tokens", and back --------------------------------------

std::u32string uchars;  // the distinct characters of the docs, sorted; the index of each is its token id
size_t BOS;             // Beginning of Sequence: the last token, which stands before and after each document
size_t vocab_size;      // number of tokens, with BOS

void init_tokenizer(const std::vector<std::u32string>& docs) {
    uchars.clear();
    for (const std::u32string& doc : docs)
        for (const char32_t ch : doc)
            if (uchars.find(ch) == none) uchars += ch;
    std::sort(uchars.begin(), uchars.end());
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
// In microgpt.py a number is an object that points to its children, the numbers it was computed from;
// backward sorts these objects first. Here each number takes the next place on one long list, the tape. Its
// children are on it already, so the tape is sorted as it stands, and backward is one loop from its end to
// its start.

struct Node {                           // how the number at a place was computed
    std::array<size_t, 2> children;     // their places, or none; of a dot product: where its two runs start
    std::array<double, 2> local_grads;  // the derivative of the number by each child
    size_t length;                      // of the two runs of a dot product, else 0
};

struct Tape {
    std::vector<double> data;  // the numbers
    std::vector<double> grad;  // the derivative of the loss by each, once backward has been there
    std::vector<Node> nodes;
    size_t size = 0;   // places in use; the vectors are longer, so that they seldom grow
    size_t start = 0;  // where computations start; the parameters are before it, and have no children
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
    void cut() { size = done = start; }  // forgets all computations: no other memory needs managing
};

Tape tape;

struct Value {
    size_t place;  // on the tape; a Value is no more than that, so it is cheap to copy

    explicit Value(size_t i) : place(i) {}  // the number that is at place i
    explicit Value(double data) : Value(data, {none, none}, {}) {}
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
    void backward() const;
};

// One side of an operator: a Value, or a plain number, which takes no place on the tape.
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

struct Vector {  // a list[Value] whose elements are neighbours on the tape
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

// sum(wi * xi for wi, xi in zip(w, x)) as a single node: nine tenths of the work in a GPT are these. The
// derivative by each wi is the xi beside it, and the other way round, so there are no local_grads to keep.
inline Value dot(Vector w, Vector x) {
    const double total = std::inner_product(w.data(), w.data() + w.length, x.data(), 0.0);
    return {total, {w.start, x.start}, {}, w.length};
}

// All that was computed from a number comes after it. So when this loop, going down, is at the number, its
// grad is complete, and goes on to the children by the chain rule: child.grad += local_grad * grad.
void Value::backward() const {
    for (size_t i = tape.start; i < tape.done; ++i)  // of an earlier backward, only leaves keep their grad
        if (tape.nodes[i].children[0] != none) tape.grad[i] = 0;
    tape.done = std::max(tape.done, place + 1);
    grad() = 1;
    for (size_t i = place + 1; i-- > tape.start;) {
        const double v_grad = tape.grad[i];
        if (v_grad == 0) continue;  // nothing to hand on
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

// ---- Parameters: what the model learns -------------------------------------------------------------------

constexpr int n_layer = 1;                 // how many layers
constexpr int n_embd = 16;                 // width: how many numbers stand for one token
constexpr int block_size = 16;             // how many positions the model can look at
constexpr int n_head = 4;                  // attention heads in a layer
constexpr int head_dim = n_embd / n_head;  // numbers for each head
static_assert(n_embd % n_head == 0, "n_head must divide n_embd");

using Matrix = std::vector<Vector>;  // rows

Matrix matrix(size_t nout, size_t nin, double std = 0.08) {
    Matrix rows;
    for (size_t row = 0; row < nout; ++row)
        rows.push_back(list(nin, [&](size_t) { return Value(rng.gauss(0, std)); }));
    return rows;
}

std::map<std::string, Matrix> state_dict;
Vector params;  // all the Values of state_dict, in the order in which they were made

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
    tape.start = tape.size;
    params = {0, tape.size};
}

// ---- Model: from a token, at a position, to a score for every token that may come next -------------------
// The architecture is GPT-2's, made simpler: rmsnorm for layernorm, ReLU for GELU, and no biases.

// W (nout, nin) @ x (nin,) -> (nout,)
Vector linear(Vector x, const Matrix& w) {
    return list(w.size(), [&](size_t i) { return dot(w[i], x); });
}

// exp(x_i) / sum_j exp(x_j): the scores as probabilities. Taking the largest off each one does not change
// the quotients, and keeps exp from overflowing.
Vector softmax(Vector logits) {
    const size_t n = logits.length;
    const double max_val = *std::max_element(logits.data(), logits.data() + n);
    const Vector shifted = list(n, [&](size_t i) { return logits[i] - max_val; });
    const Vector exps = list(n, [&](size_t i) { return shifted[i].exp(); });
    const Value total = sum(exps);
    return list(n, [&](size_t i) { return exps[i] / total; });
}

// x / sqrt(mean of x_i^2): the same direction, with elements of about 1 in size.
Vector rmsnorm(Vector x) {
    const Value ms = dot(x, x) / double(x.length);
    const Value scale = (ms + 1e-5).pow(-0.5);
    return list(x.length, [&](size_t i) { return x[i] * scale; });
}

// The keys, or the values, of each layer and position: (n_embd,) each.
using Cache = std::array<std::array<Vector, block_size>, n_layer>;

// The logits (vocab_size,) for what follows token_id at position pos_id. keys and values hold what came
// before, and get this position's; what comes after is not in them yet, so no mask has to hide it.
Vector gpt(size_t token_id, size_t pos_id, Cache& keys, Cache& values) {
    const Vector tok_emb = state_dict["wte"][token_id];
    const Vector pos_emb = state_dict["wpe"][pos_id];
    Vector x = list(n_embd, [&](size_t i) { return tok_emb[i] + pos_emb[i]; });
    x = rmsnorm(x);  // each block begins with one too, but x_residual goes around that, and needs this one

    for (size_t li = 0; li < n_layer; ++li) {
        const std::string layer = "layer" + std::to_string(li);
        // 1) Multi-head attention
        Vector x_residual = x;
        x = rmsnorm(x);
        const Vector q = linear(x, state_dict[layer + ".attn_wq"]);
        keys[li][pos_id] = linear(x, state_dict[layer + ".attn_wk"]);
        values[li][pos_id] = linear(x, state_dict[layer + ".attn_wv"]);
        const size_t n = pos_id + 1;  // positions to look at: those before, and this one
        std::array<Vector, n_head> attn_weights;
        for (size_t h = 0; h < n_head; ++h) {
            const size_t hs = h * head_dim;
            const Vector q_h = q.slice(hs, head_dim);
            const Vector dots = list(n, [&](size_t t) { return dot(q_h, keys[li][t].slice(hs, head_dim)); });
            attn_weights[h] = softmax(list(n, [&](size_t t) { return dots[t] / std::sqrt(head_dim); }));
        }
        // A dot product wants neighbours, so element i of the values at all positions is copied (+ 0) to be
        // so.
        std::array<Vector, n_embd> v_i;
        for (size_t i = 0; i < n_embd; ++i) v_i[i] = list(n, [&](size_t t) { return values[li][t][i] + 0; });
        const Vector x_attn = list(n_embd, [&](size_t i) { return dot(attn_weights[i / head_dim], v_i[i]); });
        x = linear(x_attn, state_dict[layer + ".attn_wo"]);
        x = list(n_embd, [&](size_t i) { return x[i] + x_residual[i]; });
        // 2) Multilayer perceptron (MLP)
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

constexpr double learning_rate = 0.01;
constexpr double beta1 = 0.85;
constexpr double beta2 = 0.99;
constexpr double eps_adam = 1e-8;
static_assert(beta1 != 1 && beta2 != 1 && eps_adam != 0, "Adam would divide by 0");
constexpr int num_steps = 1000;

std::vector<double> m, v;  // of each parameter: the gradient, and its square, averaged over the steps

// How badly the model predicts the tokens: the mean over the positions of -log(probability of the next one).
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
    return (1 / double(n)) * losses;
}

// Adam: each parameter goes down its averaged gradient (m) divided by the gradient's usual size (sqrt of v),
// so all go about lr_t. m and v start at 0; m_hat and v_hat make up for that.
void update_params(int step) {
    m.resize(params.length);
    v.resize(params.length);
    const double lr_t = learning_rate * (1 - step / double(num_steps));  // falls to 0
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
        const std::vector<size_t> tokens = encode(doc.substr(0, block_size));  // no more would be used
        const Value loss = average_loss(tokens);
        loss.backward();
        update_params(step);
        const double shown = std::abs(loss.data());  // Python has no -nan
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, shown);
        std::fflush(stdout);
        tape.cut();
    }
}

// ---- Inference: names that nobody gave -------------------------------------------------------------------

constexpr double temperature = 0.5;  // near 0: the likeliest tokens alone; 1: as likely as the model says

std::string sample() {
    static Cache keys, values;
    size_t token_id = BOS;
    std::string text;
    for (size_t pos_id = 0; pos_id < block_size; ++pos_id) {
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(list(vocab_size, [&](size_t i) { return logits[i] / temperature; }));
        token_id = rng.choices({probs.data(), probs.data() + vocab_size});
        if (token_id == BOS) break;
        text += utf8_encode(uchars[token_id]);
    }
    tape.cut();
    return text;
}

// ---- The program: all of this, in order ------------------------------------------------------------------

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
        std::fwrite(text.data(), 1, text.size(), stdout);  // not printf, which would stop at a character 0
        std::printf("\n");
    }
}

int main(int argc, char** argv) {
    try {
        using std::filesystem::exists;
        const std::string path = argc > 1 ? argv[1] : exists("input.txt") ? "input.txt" : "data/names.txt";
        const bool help = path == "-h" || path == "--help";
        if (argc > 2 || (path.starts_with('-') && !help)) {
            std::fputs("microgpt: it takes one dataset and no options; see microgpt --help\n", stderr);
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
