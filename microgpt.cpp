// The most atomic way to train and run inference for a GPT, in plain C++ with no dependencies.
//
// This is Andrej Karpathy's microgpt.py (gist 8627fe009c40f57531cb18360106ce95, revision 14fb038), section by
// section and name by name, and it prints the same bytes. Read the two side by side. What Python gives for
// free and C++ does not (its random numbers, its strings) comes first; the GPT begins at "Autograd".
//
//   g++ -std=c++20 -O3 microgpt.cpp -o microgpt && ./microgpt

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <numbers>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// ---------------------------------------------------------------------------------------------------------
// Random numbers: microgpt.py's `import random`
//
// The same samples need the same random numbers. Python's generator is the Mersenne twister, and C++ has it
// too. How it is seeded, and what is built on it, differs between libraries, so that part is written out here
// the way CPython does it.

struct Random {
    // The generator's 624 words made from one integer, as CPython's init_by_array makes them from {seed}.
    struct Seed {
        using result_type = std::uint32_t;
        std::uint32_t seed;

        void generate(auto words, auto /*end*/) const {
            words[0] = 19650218u;
            for (std::uint32_t i = 1; i < 624; ++i)
                words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
            std::uint32_t i = 1;
            for (int round = 0; round < 624 + 623; ++round) {
                const std::uint32_t mixed = words[i - 1] ^ (words[i - 1] >> 30);
                if (round < 624)
                    words[i] = (words[i] ^ (mixed * 1664525u)) + seed;
                else
                    words[i] = (words[i] ^ (mixed * 1566083941u)) - i;
                if (++i == 624) {  // past the end: go on at word 1, with the last word standing before it
                    words[0] = words[623];
                    i = 1;
                }
            }
            words[0] = 0x80000000u;
        }
    };

    std::mt19937 twister;   // each call gives 32 random bits
    double gauss_next = 0;  // gauss() makes two numbers at a time; the second waits here
    bool has_gauss_next = false;

    explicit Random(std::uint32_t seed) {
        Seed words{seed};
        twister.seed(words);
    }

    // A double in [0, 1), from 53 random bits: (a * 2^26 + b) / 2^53.
    double random() {
        const std::uint32_t a = twister() >> 5;
        const std::uint32_t b = twister() >> 6;
        return (a * 67108864.0 + b) / 9007199254740992.0;
    }

    // A sample of the normal distribution with mean mu and standard deviation sigma (Box-Muller).
    double gauss(double mu, double sigma) {
        double z = gauss_next;
        if (!has_gauss_next) {
            const double x2pi = random() * 2 * std::numbers::pi;
            const double g2rad = std::sqrt(-2 * std::log(1 - random()));
            z = std::cos(x2pi) * g2rad;
            gauss_next = std::sin(x2pi) * g2rad;
        }
        has_gauss_next = !has_gauss_next;
        return mu + z * sigma;
    }

    // An integer in [0, n): as many random bits as n has, drawn again until they come out below n.
    std::size_t below(std::size_t n) {
        const int spare_bits = 32 - std::bit_width(n);
        std::uint32_t r = twister() >> spare_bits;
        while (r >= n) r = twister() >> spare_bits;
        return r;
    }

    // Puts x into random order (Fisher-Yates, from the last element down).
    template <class T>
    void shuffle(std::vector<T>& x) {
        for (std::size_t i = x.size(); i > 1; --i) std::swap(x[i - 1], x[below(i)]);
    }

    // An index, drawn with probability weights[index] / sum(weights). Throws if that is no probability.
    int choices(const std::vector<double>& weights) {
        std::vector<double> cum_weights(weights.size());
        std::partial_sum(weights.begin(), weights.end(), cum_weights.begin());
        const double total = cum_weights.back();
        if (!(total > 0) || std::isinf(total)) throw std::runtime_error("no probabilities to sample from");
        const auto first = cum_weights.begin();
        return static_cast<int>(std::upper_bound(first, cum_weights.end() - 1, random() * total) - first);
    }
};

Random rng(42);  // let there be order among chaos

// ---------------------------------------------------------------------------------------------------------
// Dataset: `docs`, a list of documents (here, names), one a line
//
// A Python str is a sequence of code points, and so is a std::u32string: what follows reads UTF-8 into code
// points, cuts the text into lines, and strips the white space off both ends of each, all as Python does.

// All bytes of the file at path.
std::string read_file(const std::string& path) {
    std::string bytes;
    bool complete = false;
    if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
        std::vector<char> chunk(1 << 16);
        while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file))
            bytes.append(chunk.data(), n);
        complete = std::ferror(file) == 0;
        std::fclose(file);
    }
    if (!complete) throw std::runtime_error("cannot read " + path + ": is it a text file that you may read?");
    return bytes;
}

// UTF-8 to code points. The first byte's leading ones tell the length: 0xxxxxxx is one byte, 110xxxxx the
// first of two, 1110xxxx of three, 11110xxx of four; each further byte is 10xxxxxx, and the x are the code
// point.
std::u32string utf8_decode(const std::string& bytes, const std::string& path) {
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};  // by length; less should have been shorter
    std::u32string text;
    int line = 1;
    for (std::size_t i = 0; i < bytes.size();) {
        const auto first = static_cast<unsigned char>(bytes[i++]);
        const int ones = std::countl_one(first);
        bool valid = ones != 1 && ones <= 4;
        char32_t ch = first & (0x7Fu >> ones);
        for (int k = 1; k < ones && valid; ++k) {
            valid = i < bytes.size() && (bytes[i] & 0xC0) == 0x80;
            if (valid) ch = ch << 6 | (static_cast<unsigned char>(bytes[i++]) & 0x3Fu);
        }
        if (!valid || ch < smallest[ones] || ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF))
            throw std::runtime_error(path + ":" + std::to_string(line) +
                                     ": not valid UTF-8; save it as UTF-8");
        if (ch == U'\r' || (ch == U'\n' && !text.ends_with(U'\r'))) ++line;
        text += ch;
    }
    return text;
}

// One code point to UTF-8.
std::string utf8_encode(char32_t ch) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    const auto rest = [&](int shift) { return byte(0x80 | (ch >> shift & 0x3F)); };  // 10xxxxxx
    if (ch < 0x80) return {byte(ch)};
    if (ch < 0x800) return {byte(0xC0 | ch >> 6), rest(0)};
    if (ch < 0x10000) return {byte(0xE0 | ch >> 12), rest(6), rest(0)};
    return {byte(0xF0 | ch >> 18), rest(12), rest(6), rest(0)};
}

// What Python's str.strip() takes off.
constexpr std::u32string_view whitespace =
    U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    U"\u200a\u2028\u2029\u202f\u205f\u3000";

// [line.strip() for line in open(path) if line.strip()]; a line ends with \n, \r\n or \r.
std::vector<std::u32string> load_docs(const std::string& path) {
    const std::u32string text = utf8_decode(read_file(path), path);
    std::vector<std::u32string> docs;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find_first_of(U"\r\n", start), text.size());
        const std::u32string_view line = std::u32string_view(text).substr(start, end - start);
        const std::size_t from = line.find_first_not_of(whitespace);
        if (from != line.npos)
            docs.emplace_back(line.substr(from, line.find_last_not_of(whitespace) + 1 - from));
        start = end + 1;  // \r\n leaves a blank line behind, which is dropped like any other
    }
    if (docs.empty()) throw std::runtime_error("no documents in " + path + ": put one on each line");
    return docs;
}

// ---------------------------------------------------------------------------------------------------------
// Tokenizer: from strings to sequences of integers ("tokens") and back

struct Tokenizer {
    std::u32string uchars;  // the distinct characters of the dataset, sorted; they become token ids 0..n-1
    int BOS = 0;            // token id of the special Beginning of Sequence token
    int vocab_size = 0;     // number of distinct tokens, +1 is for BOS

    explicit Tokenizer(const std::vector<std::u32string>& docs) {
        std::vector<bool> seen(0x110000);  // one flag for each code point there is
        for (const std::u32string& doc : docs)
            for (const char32_t ch : doc) seen[ch] = true;
        for (char32_t ch = 0; ch < seen.size(); ++ch)
            if (seen[ch]) uchars += ch;
        BOS = static_cast<int>(uchars.size());
        vocab_size = BOS + 1;
    }

    // [BOS] + [uchars.index(ch) for ch in doc] + [BOS]
    std::vector<int> encode(const std::u32string& doc) const {
        std::vector<int> tokens = {BOS};
        for (const char32_t ch : doc) {
            const auto found = std::lower_bound(uchars.begin(), uchars.end(), ch);
            if (found == uchars.end() || *found != ch)
                throw std::runtime_error("'" + utf8_encode(ch) + "' is not a character of the dataset");
            tokens.push_back(static_cast<int>(found - uchars.begin()));
        }
        tokens.push_back(BOS);
        return tokens;
    }

    // The UTF-8 of one token that is not BOS.
    std::string decode(int token_id) const { return utf8_encode(uchars[static_cast<std::size_t>(token_id)]); }
};

// ---------------------------------------------------------------------------------------------------------
// Autograd: to apply the chain rule through a computation graph
//
// microgpt.py makes an object for each number and, to go backward, sorts the graph. Here each operation
// appends one node to a list, the tape. A child is always made before its parent, so the tape is sorted as it
// is, and going backward is one loop from its end to its start.

// A node: where its children are on the tape, and the derivative of this node with respect to each of them.
struct Node {
    int a = -1, b = -1;  // -1: no such child
    int length = 0;      // for a dot product, how many children follow from a and from b: see dot()
    double local_grad_a = 0, local_grad_b = 0;
};

// Three columns, so that neighbours on the tape are neighbours in memory.
struct Tape {
    std::vector<double> data;  // scalar value of each node, calculated in the forward pass
    std::vector<double> grad;  // derivative of the loss w.r.t. each node, calculated in the backward pass
    std::vector<Node> nodes;   // where each came from
    int size = 0;              // how many nodes there are; the columns may be longer, so as to grow seldom

    int append(double value, const Node& node) {
        if (size == static_cast<int>(nodes.size())) {
            const std::size_t longer = 2 * nodes.size() + 1024;
            data.resize(longer);
            grad.resize(longer);
            nodes.resize(longer);
        }
        const auto i = static_cast<std::size_t>(size);
        data[i] = value;
        grad[i] = 0;
        nodes[i] = node;
        return size++;
    }
};

Tape tape;

// One number in the graph. A Value is a handle: it only says where on the tape its node is.
struct Value {
    int index;

    explicit Value(double data) : Value(data, Node{}) {}  // a leaf: a number that was not computed
    Value(double data, const Node& node) : Value(tape, tape.append(data, node)) {}
    Value(const Tape& /*where*/, int i) : index(i) {}  // a node that is there already

    double& data() const { return tape.data[static_cast<std::size_t>(index)]; }
    double& grad() const { return tape.grad[static_cast<std::size_t>(index)]; }

    Value pow(double c) const { return {std::pow(data(), c), from(c * std::pow(data(), c - 1))}; }
    Value log() const { return {std::log(data()), from(1 / data())}; }
    Value exp() const {
        const double e = std::exp(data());
        return {e, from(e)};
    }
    Value relu() const { return {std::max(0.0, data()), from(data() > 0 ? 1 : 0)}; }

    void backward() const;

    Node from(double local_grad) const { return {.a = index, .local_grad_a = local_grad}; }
    Node from(double local_grad, Value other, double other_local_grad) const {
        return {.a = index, .b = other.index, .local_grad_a = local_grad, .local_grad_b = other_local_grad};
    }
};

Value operator+(Value x, Value y) { return {x.data() + y.data(), x.from(1, y, 1)}; }
Value operator+(Value x, double c) { return {x.data() + c, x.from(1)}; }
Value operator+(double c, Value x) { return x + c; }
Value operator*(Value x, Value y) { return {x.data() * y.data(), x.from(y.data(), y, x.data())}; }
Value operator*(Value x, double c) { return {x.data() * c, x.from(c)}; }
Value operator*(double c, Value x) { return x * c; }
Value operator-(Value x) { return x * -1; }
Value operator-(Value x, Value y) { return {x.data() - y.data(), x.from(1, y, -1)}; }
Value operator-(Value x, double c) { return x + -c; }
Value operator-(double c, Value x) { return {c - x.data(), x.from(-1)}; }
Value operator/(Value x, Value y) {  // x * y^-1, so d/dx = y^-1 and d/dy = -x * y^-2
    const double inverse = 1 / y.data();
    return {x.data() * inverse, x.from(inverse, y, -x.data() * inverse * inverse)};
}
Value operator/(Value x, double c) { return x * (1 / c); }
Value operator/(double c, Value x) {
    const double inverse = 1 / x.data();
    return {c * inverse, x.from(-c * inverse * inverse)};
}

// A run of Values that are neighbours on the tape: where it starts and how long it is.
struct Vector {
    int start = 0, length = 0;

    Value operator[](int i) const { return {tape, start + i}; }
    Vector slice(int from, int n) const { return {start + from, n}; }  // x[from : from + n]
};

// [element(i) for i in range(n)], where each element(i) appends one node, and so they are a run.
Vector list(int n, auto element) {
    const Vector x{tape.size, n};
    for (int i = 0; i < n; ++i) element(i);
    return x;
}

// sum(wi * xi for wi, xi in zip(w, x)), as one node. Nine tenths of a GPT is this sum, so it is worth having:
// it has 2n children and, since each wi's local derivative is its partner xi and the other way round, no need
// to store any. w and x may be the same run.
Value dot(Vector w, Vector x) {
    const double* w_data = &tape.data[static_cast<std::size_t>(w.start)];
    const double* x_data = &tape.data[static_cast<std::size_t>(x.start)];
    const double sum = std::transform_reduce(w_data, w_data + w.length, x_data, 0.0);
    return {sum, Node{.a = w.start, .b = x.start, .length = w.length}};
}

Value sum(Vector x) {
    Value total = x[0] + 0.0;
    for (int i = 1; i < x.length; ++i) total = total + x[i];
    return total;
}

// Goes back along the tape. When it comes to a node, all that use it have been passed and its grad is
// complete; it hands that on to its children: child.grad += local_grad * grad, the chain rule.
void Value::backward() const {
    grad() = 1;
    double* const grads = tape.grad.data();
    const double* const data = tape.data.data();
    for (int i = index; i >= 0; --i) {
        const Node& node = tape.nodes[static_cast<std::size_t>(i)];
        const double g = grads[i];
        if (node.length > 0) {
            for (int j = 0; j < node.length; ++j) grads[node.a + j] += data[node.b + j] * g;
            for (int j = 0; j < node.length; ++j) grads[node.b + j] += data[node.a + j] * g;
        } else if (node.a >= 0) {
            grads[node.a] += node.local_grad_a * g;
            if (node.b >= 0) grads[node.b] += node.local_grad_b * g;
        }
    }
}

// ---------------------------------------------------------------------------------------------------------
// Parameters, to store the knowledge of the model

constexpr int n_layer = 1;                 // depth of the transformer neural network (number of layers)
constexpr int n_embd = 16;                 // width of the network (embedding dimension)
constexpr int block_size = 16;             // maximum context length of the attention window
constexpr int n_head = 4;                  // number of attention heads
constexpr int head_dim = n_embd / n_head;  // derived dimension of each head
static_assert(n_embd % n_head == 0, "n_head must divide n_embd");

// nout rows of nin Values, one row after another on the tape.
struct Matrix {
    int start = 0, nout = 0, nin = 0;

    Vector operator[](int row) const { return {start + row * nin, nin}; }
};

Matrix matrix(int nout, int nin, double std = 0.08) {
    const Vector all = list(nout * nin, [&](int) { return Value(rng.gauss(0, std)); });
    return {all.start, nout, nin};
}

std::map<std::string, Matrix> state_dict;
Vector params;  // all of state_dict as one run: the parameters are the first nodes on the tape

void init_params(int vocab_size) {
    params.start = tape.size;
    state_dict["wte"] = matrix(vocab_size, n_embd);      // token embeddings
    state_dict["wpe"] = matrix(block_size, n_embd);      // position embeddings
    state_dict["lm_head"] = matrix(vocab_size, n_embd);  // from the last activations to logits
    for (int i = 0; i < n_layer; ++i) {
        const std::string layer = "layer" + std::to_string(i);
        state_dict[layer + ".attn_wq"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wk"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wv"] = matrix(n_embd, n_embd);
        state_dict[layer + ".attn_wo"] = matrix(n_embd, n_embd);
        state_dict[layer + ".mlp_fc1"] = matrix(4 * n_embd, n_embd);
        state_dict[layer + ".mlp_fc2"] = matrix(n_embd, 4 * n_embd);
    }
    params.length = tape.size - params.start;
}

// ---------------------------------------------------------------------------------------------------------
// Model: a function from tokens and parameters to logits over what comes next
//
// It follows GPT-2, with three small differences: layernorm -> rmsnorm, no biases, GeLU -> ReLU.

// W (nout, nin) @ x (nin,) -> (nout,)
Vector linear(Vector x, const Matrix& w) {
    return list(w.nout, [&](int i) { return dot(w[i], x); });
}

// exp(logit) / sum of them all: positive numbers that add up to 1. Taking the largest logit off each first
// changes nothing in the quotient and keeps exp() from overflowing.
Vector softmax(Vector logits) {
    const double* const data = &tape.data[static_cast<std::size_t>(logits.start)];
    const double max_val = *std::max_element(data, data + logits.length);
    const Vector shifted = list(logits.length, [&](int i) { return logits[i] - max_val; });
    const Vector exps = list(logits.length, [&](int i) { return shifted[i].exp(); });
    const Value total = sum(exps);
    return list(logits.length, [&](int i) { return exps[i] / total; });
}

// x / sqrt(mean(x^2)): the same direction, the size of its elements about 1.
Vector rmsnorm(Vector x) {
    const Value ms = dot(x, x) / x.length;
    const Value scale = (ms + 1e-5).pow(-0.5);
    return list(x.length, [&](int i) { return x[i] * scale; });
}

// For each layer, the keys (or the values) of the positions so far: [n_layer][positions] runs of n_embd.
using Cache = std::vector<std::vector<Vector>>;

// The logits (vocab_size,) of the token that follows token_id, which stands at position pos_id. What the
// model knows of earlier positions is in keys and values, and nothing of later ones is there yet: that is all
// that makes it causal.
Vector gpt(int token_id, int pos_id, Cache& keys, Cache& values) {
    const Vector tok_emb = state_dict["wte"][token_id];
    const Vector pos_emb = state_dict["wpe"][pos_id];
    Vector x = list(n_embd, [&](int i) { return tok_emb[i] + pos_emb[i]; });  // joint embedding (n_embd,)
    x = rmsnorm(x);  // not redundant, as x is also what the residual connection carries on

    for (int li = 0; li < n_layer; ++li) {
        const std::string layer = "layer" + std::to_string(li);
        std::vector<Vector>& layer_keys = keys[static_cast<std::size_t>(li)];
        std::vector<Vector>& layer_values = values[static_cast<std::size_t>(li)];
        // 1) Multi-head attention block: each position looks at all up to itself
        Vector x_residual = x;
        x = rmsnorm(x);
        const Vector q = linear(x, state_dict[layer + ".attn_wq"]);
        const Vector k = linear(x, state_dict[layer + ".attn_wk"]);
        const Vector v = linear(x, state_dict[layer + ".attn_wv"]);
        layer_keys.push_back(k);
        layer_values.push_back(v);
        const int n = static_cast<int>(layer_keys.size());  // positions so far
        Vector x_attn[n_head];
        for (int h = 0; h < n_head; ++h) {
            const int hs = h * head_dim;
            const Vector q_h = q.slice(hs, head_dim);
            const auto k_h = [&](int t) {
                return layer_keys[static_cast<std::size_t>(t)].slice(hs, head_dim);
            };
            const auto v_h = [&](int t) {
                return layer_values[static_cast<std::size_t>(t)].slice(hs, head_dim);
            };
            const Vector scores = list(n, [&](int t) { return dot(q_h, k_h(t)); });
            const Vector attn_logits = list(n, [&](int t) { return scores[t] / std::sqrt(head_dim); });
            const Vector attn_weights = softmax(attn_logits);
            // v_h's column j, over all positions, is no run: copy the columns to the end of the tape
            const Vector columns = list(head_dim * n, [&](int i) { return v_h(i % n)[i / n] + 0.0; });
            x_attn[h] = list(head_dim, [&](int j) { return dot(attn_weights, columns.slice(j * n, n)); });
        }
        x = list(n_embd,
                 [&](int i) { return x_attn[i / head_dim][i % head_dim] + 0.0; });  // the heads, joined
        x = linear(x, state_dict[layer + ".attn_wo"]);
        x = list(n_embd, [&](int i) { return x[i] + x_residual[i]; });
        // 2) MLP block: each position thinks on its own
        x_residual = x;
        x = rmsnorm(x);
        x = linear(x, state_dict[layer + ".mlp_fc1"]);
        x = list(x.length, [&](int i) { return x[i].relu(); });
        x = linear(x, state_dict[layer + ".mlp_fc2"]);
        x = list(n_embd, [&](int i) { return x[i] + x_residual[i]; });
    }

    return linear(x, state_dict["lm_head"]);
}

// ---------------------------------------------------------------------------------------------------------
// Optimiser and training

constexpr double learning_rate = 0.01;
constexpr double beta1 = 0.85;
constexpr double beta2 = 0.99;
constexpr double eps_adam = 1e-8;

// Adam, the blessed optimizer: each parameter goes down its own gradient, smoothed, at its own pace.
struct Adam {
    std::vector<double> m = std::vector<double>(static_cast<std::size_t>(params.length));  // first moment
    std::vector<double> v = std::vector<double>(static_cast<std::size_t>(params.length));  // second moment

    // Updates all params from their grad, and zeroes it. The learning rate decays to 0 over num_steps.
    void update(int step, int num_steps) {
        const double lr_t = learning_rate * (1 - static_cast<double>(step) / num_steps);
        const double m_correction = 1 / (1 - std::pow(beta1, step + 1));  // both start at 0: make up for it
        const double v_correction = 1 / (1 - std::pow(beta2, step + 1));
        for (std::size_t i = 0; i < m.size(); ++i) {
            const Value p = params[static_cast<int>(i)];
            m[i] = beta1 * m[i] + (1 - beta1) * p.grad();
            v[i] = beta2 * v[i] + (1 - beta2) * p.grad() * p.grad();
            const double m_hat = m[i] * m_correction;
            const double v_hat = v[i] * v_correction;
            p.data() -= lr_t * m_hat / (std::sqrt(v_hat) + eps_adam);
            p.grad() = 0;
        }
    }
};

// The average loss of predicting each of the tokens from those before it, up to block_size of them.
Value average_loss(const std::vector<int>& tokens) {
    const int n = std::min(block_size, static_cast<int>(tokens.size()) - 1);
    Cache keys(n_layer), values(n_layer);
    std::vector<Value> losses;
    for (int pos_id = 0; pos_id < n; ++pos_id) {
        const int token_id = tokens[static_cast<std::size_t>(pos_id)];
        const int target_id = tokens[static_cast<std::size_t>(pos_id) + 1];
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(logits);
        losses.push_back(-probs[target_id].log());
    }
    Value total = losses[0];
    for (std::size_t i = 1; i < losses.size(); ++i) total = total + losses[i];
    return (1.0 / n) * total;
}

// Sends what was printed on its way, so that progress shows as it happens. Throws if it cannot be written.
void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw std::runtime_error("cannot write the output: is the disk full?");
}

constexpr int num_steps = 1000;  // number of training steps

void train(const std::vector<std::u32string>& docs, const Tokenizer& tokenizer) {
    Adam adam;
    for (int step = 0; step < num_steps; ++step) {
        const std::vector<int> tokens = tokenizer.encode(docs[static_cast<std::size_t>(step) % docs.size()]);
        const Value loss = average_loss(tokens);
        if (!std::isfinite(loss.data()))
            throw std::runtime_error("the loss is no longer a finite number: lower learning_rate");
        loss.backward();
        adam.update(step, num_steps);
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, loss.data());
        flush_output();
        tape.size = params.length;  // forget the graph, keep the parameters
    }
}

// ---------------------------------------------------------------------------------------------------------
// Inference: may the model babble back to us

constexpr double temperature = 0.5;  // in (0, 1], control the "creativity" of generated text, low to high

std::string sample(const Tokenizer& tokenizer) {
    Cache keys(n_layer), values(n_layer);
    int token_id = tokenizer.BOS;
    std::string text;
    for (int pos_id = 0; pos_id < block_size; ++pos_id) {
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(list(logits.length, [&](int i) { return logits[i] / temperature; }));
        const double* const first = &tape.data[static_cast<std::size_t>(probs.start)];
        token_id = rng.choices(std::vector<double>(first, first + probs.length));
        if (token_id == tokenizer.BOS) break;
        text += tokenizer.decode(token_id);
    }
    tape.size = params.length;
    return text;
}

// ---------------------------------------------------------------------------------------------------------
// The program: everything above, in the order in which microgpt.py does it

constexpr const char* usage =
    "usage: microgpt [DATASET]\n"
    "Trains a GPT on the lines of DATASET (UTF-8 text), then prints 20 new ones.\n"
    "Without DATASET: input.txt if it exists, else data/names.txt.\n";

std::string default_dataset() {
    for (const char* path : {"input.txt", "data/names.txt"})
        if (std::filesystem::exists(path)) return path;
    throw std::runtime_error(
        "no dataset: name a text file, or fetch one with "
        "curl -o input.txt https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt");
}

void run(const std::string& path) {
    std::vector<std::u32string> docs = load_docs(path);
    rng.shuffle(docs);
    std::printf("num docs: %zu\n", docs.size());
    const Tokenizer tokenizer(docs);
    std::printf("vocab size: %d\n", tokenizer.vocab_size);
    init_params(tokenizer.vocab_size);
    std::printf("num params: %d\n", params.length);
    train(docs, tokenizer);
    std::printf("\n--- inference (new, hallucinated names) ---\n");
    for (int sample_idx = 0; sample_idx < 20; ++sample_idx)
        std::printf("sample %2d: %s\n", sample_idx + 1, sample(tokenizer).c_str());
}

int main(int argc, char** argv) {
    const std::string argument = argc > 1 ? argv[1] : "";
    const bool help = argument == "-h" || argument == "--help";
    if (argc > 2 || (!help && argument.starts_with('-'))) {
        std::fprintf(stderr, "microgpt: at most one argument, the dataset; try microgpt --help\n");
        return 2;
    }
    try {
        if (help)
            std::printf("%s", usage);
        else
            run(argc > 1 ? argument : default_dataset());
        flush_output();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "microgpt: %s\n", error.what());
        return 1;
    }
    return 0;
}
