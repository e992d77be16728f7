// The most atomic way to train and run inference for a GPT in plain, dependency-free C++.
//
// This is Andrej Karpathy's microgpt.py (gist 8627fe009c40f57531cb18360106ce95, revision 14fb038), section by
// section and name by name, and it prints the same bytes. Read the two side by side. What Python brings along
// and C++ does not, its random numbers and its strings, comes first; the GPT itself begins at "Autograd".
//
//   g++ -std=c++20 -O3 microgpt.cpp -o microgpt && ./microgpt

#include <algorithm>
#include <array>
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

// ---- Random numbers: `import random` ---------------------------------------------------------------------
// The same samples need the same random numbers. Python's generator is the Mersenne twister, and C++ has it
// too; how it is seeded and what is built on it differs between libraries, so that is written out here as
// CPython does it.

struct Random {
    struct Seed {  // fills the generator's 624 words from one integer, like CPython's init_by_array with {seed}
        using result_type = std::uint32_t;
        std::uint32_t seed;

        void generate(auto mt, auto /*end*/) const {
            mt[0] = 19650218u;
            for (std::uint32_t i = 1; i < 624; ++i) mt[i] = 1812433253u * (mt[i - 1] ^ (mt[i - 1] >> 30)) + i;
            std::uint32_t i = 1;
            for (int k = 0; k < 624 + 623; ++k) {  // once around to mix the seed in, once more to mix it well
                const std::uint32_t last = mt[i - 1] ^ (mt[i - 1] >> 30);
                mt[i] = k < 624 ? (mt[i] ^ (last * 1664525u)) + seed : (mt[i] ^ (last * 1566083941u)) - i;
                if (++i == 624) {
                    mt[0] = mt[623];
                    i = 1;
                }
            }
            mt[0] = 0x80000000u;
        }
    };

    std::mt19937 twister;
    double gauss_next = 0;  // gauss() makes two numbers at a time; the second waits here for the next call
    bool has_gauss_next = false;

    explicit Random(std::uint32_t seed) {
        Seed words{seed};
        twister.seed(words);
    }

    // k random bits, 1 <= k <= 32.
    std::uint32_t getrandbits(int k) { return static_cast<std::uint32_t>(twister()) >> (32 - k); }

    // Uniform in [0, 1), a multiple of 2^-53: (a * 2^26 + b) / 2^53.
    double random() {
        const std::uint32_t a = getrandbits(27);
        const std::uint32_t b = getrandbits(26);
        return (a * 67108864.0 + b) / 9007199254740992.0;
    }

    // Normal with mean mu and standard deviation sigma, by the Box-Muller transform.
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

    // Puts x in random order: swaps each element, from the last on down, with one not above it.
    template <class T>
    void shuffle(std::vector<T>& x) {
        for (auto n = static_cast<std::uint32_t>(x.size()); n > 1; --n) {
            std::uint32_t j = n;
            while (j >= n) j = getrandbits(static_cast<int>(std::bit_width(n)));  // until it is below n
            std::swap(x[n - 1], x[j]);
        }
    }

    // An index, drawn with probability weights[index] / sum(weights).
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

// ---- Dataset: `docs`, a list of documents (e.g. a list of names) -----------------------------------------
// A Python str is a sequence of code points, and so is a std::u32string. The file is UTF-8: it is decoded here,
// cut into lines, and stripped of white space, as Python's open() and strip() do it.

std::string read_file(const std::string& path) {
    std::string bytes;
    bool complete = false;
    if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
        std::array<char, 4096> chunk{};
        while (const std::size_t n = std::fread(chunk.data(), 1, chunk.size(), file)) bytes.append(chunk.data(), n);
        complete = std::ferror(file) == 0;
        std::fclose(file);
    }
    if (!complete) throw std::runtime_error("cannot read " + path + "; is it a text file that you may read?");
    return bytes;
}

// The ones that a first byte begins with tell how many bytes the code point takes (none: one byte). The rest of
// that byte, and the low six bits of those that follow, are the code point.
std::u32string utf8_decode(const std::string& bytes, const std::string& path) {
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
    std::u32string text;
    int line = 1;
    for (std::size_t i = 0; i < bytes.size();) {
        const auto first = static_cast<unsigned char>(bytes[i++]);
        const auto ones = static_cast<unsigned>(std::countl_one(first));
        char32_t ch = first & (0x7Fu >> ones);
        bool valid = ones != 1 && ones <= 4;
        for (unsigned k = 1; valid && k < ones; ++k) {
            valid = i < bytes.size() && (bytes[i] & 0xC0) == 0x80;
            if (valid) ch = ch << 6 | (bytes[i++] & 0x3Fu);
        }
        if (!valid || ch < smallest[ones] || ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF))
            throw std::runtime_error(path + ":" + std::to_string(line) + ": not UTF-8; save the file as UTF-8");
        if (ch == U'\r' || (ch == U'\n' && !text.ends_with(U'\r'))) ++line;
        text += ch;
    }
    return text;
}

std::string utf8_encode(char32_t ch) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    const auto rest = [&](int shift) { return byte(0x80 | (ch >> shift & 0x3F)); };
    if (ch < 0x80) return {byte(ch)};
    if (ch < 0x800) return {byte(0xC0 | ch >> 6), rest(0)};
    if (ch < 0x10000) return {byte(0xE0 | ch >> 12), rest(6), rest(0)};
    return {byte(0xF0 | ch >> 18), rest(12), rest(6), rest(0)};
}

// [line.strip() for line in open(path) if line.strip()]
std::vector<std::u32string> load_docs(const std::string& path) {
    constexpr std::u32string_view whitespace =
        U"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
        U"\u200a\u2028\u2029\u202f\u205f\u3000";
    const std::u32string text = utf8_decode(read_file(path), path);
    std::vector<std::u32string> docs;
    for (std::size_t start = 0, end = 0; start < text.size(); start = end + 1) {
        end = std::min(text.find_first_of(U"\r\n", start), text.size());  // \r\n makes one more line, a blank one
        const std::u32string_view line = std::u32string_view(text).substr(start, end - start);
        const std::size_t from = line.find_first_not_of(whitespace);
        if (from != line.npos) docs.emplace_back(line.substr(from, line.find_last_not_of(whitespace) + 1 - from));
    }
    if (docs.empty()) throw std::runtime_error("no documents in " + path + "; put one on each line");
    return docs;
}

// ---- Tokenizer: from strings to sequences of integers ("tokens") and back --------------------------------

struct Tokenizer {
    std::u32string uchars;  // the distinct characters of the dataset, sorted, become token ids 0..n-1
    int BOS = 0;            // token id of the special Beginning of Sequence (BOS) token
    int vocab_size = 0;     // number of distinct tokens, +1 is for BOS

    explicit Tokenizer(const std::vector<std::u32string>& docs) {
        std::vector<bool> seen(0x110000);  // for each code point there is
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
                throw std::runtime_error("'" + utf8_encode(ch) + "' is no character of the dataset");
            tokens.push_back(static_cast<int>(found - uchars.begin()));
        }
        tokens.push_back(BOS);
        return tokens;
    }

    // The character of one token, in UTF-8.
    std::string decode(int token_id) const { return utf8_encode(uchars.at(token_id)); }
};

// ---- Autograd: the chain rule, applied through a computation graph ---------------------------------------
// microgpt.py makes an object for every number, and sorts the graph before it goes backward. Here every
// operation appends one node to a list, the tape. What a node is computed from, its children, is on the tape
// before it, so the tape is sorted as it stands, and going backward is one loop from its end to its start.

struct Node {            // how a number was computed
    int a = -1, b = -1;  // its children, as places on the tape; -1 is none
    int length = 0;      // of a dot product, whose children are the runs that begin at a and b; else 0
    double local_grad_a = 0, local_grad_b = 0;  // local derivative of this node w.r.t. its children
};

struct Tape {
    std::vector<double> data;  // scalar value of each node, calculated during forward pass
    std::vector<double> grad;  // derivative of the loss w.r.t. each node, calculated in backward pass
    std::vector<Node> nodes;
    int size = 0;  // nodes in use; the vectors may be longer

    int append(double value, const Node& node) {
        if (size == static_cast<int>(nodes.size())) [[unlikely]]
            grow();
        data[size] = value;
        nodes[size] = node;
        return size++;
    }
    void grow() {
        nodes.resize(2 * nodes.size() + 1024);
        data.resize(nodes.size());
        grad.resize(nodes.size());
    }
    // Forgets all nodes but the first n: this is all the memory management there is.
    void cut(int n) {
        std::fill(grad.begin() + n, grad.begin() + size, 0.0);
        size = n;
    }
};

Tape tape;

struct Value {
    int index;  // of its node on the tape; a Value is only this, so it is cheap to copy

    explicit Value(double data) : Value(data, Node{}) {}
    Value(double data, const Node& node) : index(tape.append(data, node)) {}
    Value(double data, Value a, double grad_a) : Value(data, Node{a.index, -1, 0, grad_a, 0}) {}
    Value(double data, Value a, double grad_a, Value b, double grad_b)
        : Value(data, Node{a.index, b.index, 0, grad_a, grad_b}) {}
    explicit Value(const int* place) : index(*place) {}

    double& data() const { return tape.data[index]; }
    double& grad() const { return tape.grad[index]; }

    Value pow(double c) const { return {std::pow(data(), c), *this, c * std::pow(data(), c - 1)}; }
    Value log() const { return {std::log(data()), *this, 1 / data()}; }
    Value exp() const { return {std::exp(data()), *this, std::exp(data())}; }
    Value relu() const { return {std::max(0.0, data()), *this, data() > 0 ? 1.0 : 0.0}; }
    void backward() const;
};

Value operator+(Value x, Value y) { return {x.data() + y.data(), x, 1, y, 1}; }
Value operator-(Value x, Value y) { return {x.data() - y.data(), x, 1, y, -1}; }
Value operator*(Value x, Value y) { return {x.data() * y.data(), x, y.data(), y, x.data()}; }
Value operator/(Value x, Value y) {  // x * y^-1, with derivatives y^-1 and -x * y^-2
    const double inverse = 1 / y.data();
    return {x.data() * inverse, x, inverse, y, -x.data() * inverse * inverse};
}
Value operator+(Value x, double c) { return {x.data() + c, x, 1}; }
Value operator-(Value x, double c) { return {x.data() - c, x, 1}; }
Value operator*(Value x, double c) { return {x.data() * c, x, c}; }
Value operator/(Value x, double c) { return x * (1 / c); }
Value operator+(double c, Value x) { return x + c; }
Value operator-(double c, Value x) { return {c - x.data(), x, -1}; }
Value operator*(double c, Value x) { return x * c; }
Value operator/(double c, Value x) { return {c / x.data(), x, -c / (x.data() * x.data())}; }
Value operator-(Value x) { return x * -1; }

// A list[Value] is a run of nodes that are neighbours on the tape.
struct Vector {
    int start = 0, length = 0;

    Value operator[](int i) const {
        const int place = start + i;
        return Value(&place);
    }
    Vector slice(int from, int n) const { return {start + from, n}; }  // x[from : from + n]
};

// [element(i) for i in range(n)], where each element appends one node, so that they are neighbours.
Vector list(int n, auto element) {
    const Vector x{tape.size, n};
    for (int i = 0; i < n; ++i) element(i);
    return x;
}

// sum(xi for xi in x)
Value sum(Vector x) {
    Value total(0);
    for (int i = 0; i < x.length; ++i) total = total + x[i];
    return total;
}

// sum(wi * xi for wi, xi in zip(w, x)) as a single node. Nine tenths of the work in a GPT is this. The local
// derivative of each wi is its partner xi, and the other way round, so none needs to be stored.
Value dot(Vector w, Vector x) {
    const double* wi = &tape.data[w.start];
    const double* xi = &tape.data[x.start];
    return {std::transform_reduce(wi, wi + w.length, xi, 0.0), Node{w.start, x.start, w.length}};
}

// Goes from this node back to the start of the tape. At each node, the grad is complete, for all that was made
// of it came earlier in this loop; its children now get their part: child.grad += local_grad * v.grad.
void Value::backward() const {
    grad() = 1;
    for (int v = index; v >= 0; --v) {
        const Node& node = tape.nodes[v];
        const double v_grad = tape.grad[v];
        double* const grad_a = &tape.grad[0] + node.a;
        double* const grad_b = &tape.grad[0] + node.b;
        if (node.length > 0) {
            const double* const data_a = &tape.data[node.a];
            const double* const data_b = &tape.data[node.b];
            for (int i = 0; i < node.length; ++i) grad_a[i] += data_b[i] * v_grad;
            for (int i = 0; i < node.length; ++i) grad_b[i] += data_a[i] * v_grad;
        } else {
            if (node.a >= 0) *grad_a += node.local_grad_a * v_grad;
            if (node.b >= 0) *grad_b += node.local_grad_b * v_grad;
        }
    }
}

// ---- Parameters, to store the knowledge of the model -----------------------------------------------------

constexpr int n_layer = 1;      // depth of the transformer neural network (number of layers)
constexpr int n_embd = 16;      // width of the network (embedding dimension)
constexpr int block_size = 16;  // maximum context length of the attention window
constexpr int n_head = 4;       // number of attention heads
constexpr int head_dim = n_embd / n_head;  // derived dimension of each head
static_assert(n_embd % n_head == 0, "n_head must divide n_embd");

struct Matrix {  // nout rows of nin Values each, row after row
    int start = 0, nout = 0, nin = 0;

    Vector operator[](int row) const { return {start + row * nin, nin}; }
};

Matrix matrix(int nout, int nin, double std = 0.08) {
    return {list(nout * nin, [&](int) { return Value(rng.gauss(0, std)); }).start, nout, nin};
}

std::map<std::string, Matrix> state_dict;
Vector params;  // all the Values in state_dict: the first on the tape

void init_params(int vocab_size) {
    state_dict["wte"] = matrix(vocab_size, n_embd);
    state_dict["wpe"] = matrix(block_size, n_embd);
    state_dict["lm_head"] = matrix(vocab_size, n_embd);
    for (int i = 0; i < n_layer; ++i) {
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
// It follows GPT-2, blessed among the GPTs, with minor differences: layernorm -> rmsnorm, no biases, GeLU -> ReLU.

// W (nout, nin) @ x (nin,) -> (nout,)
Vector linear(Vector x, Matrix w) {
    return list(w.nout, [&](int i) { return dot(w[i], x); });
}

// exp(x_i) / sum_j exp(x_j): positive, and 1 in all. To take max_val off every logit does not change that, and
// keeps exp from overflowing.
Vector softmax(Vector logits) {
    const int n = logits.length;
    const double max_val = *std::max_element(&tape.data[logits.start], &tape.data[logits.start] + n);
    const Vector shifted = list(n, [&](int i) { return logits[i] - max_val; });
    const Vector exps = list(n, [&](int i) { return shifted[i].exp(); });
    const Value total = sum(exps);
    return list(n, [&](int i) { return exps[i] / total; });
}

// x / sqrt(mean of x_i^2): the direction of x, with elements of size about 1.
Vector rmsnorm(Vector x) {
    const Value ms = dot(x, x) / x.length;
    const Value scale = (ms + 1e-5).pow(-0.5);
    return list(x.length, [&](int i) { return x[i] * scale; });
}

// The keys, or the values, of each layer at each position so far: (n_layer, block_size) runs of n_embd.
using Cache = std::array<std::array<Vector, block_size>, n_layer>;

// The logits (vocab_size,) for what follows token_id, at position pos_id. keys and values hold what came before,
// and get this position's; what comes after is not there yet, so no mask is needed to hide it.
Vector gpt(int token_id, int pos_id, Cache& keys, Cache& values) {
    const Vector tok_emb = state_dict["wte"][token_id];  // token embedding
    const Vector pos_emb = state_dict["wpe"][pos_id];    // position embedding
    Vector x = list(n_embd, [&](int i) { return tok_emb[i] + pos_emb[i]; });
    x = rmsnorm(x);  // not redundant: the residual connection carries this x on

    for (int li = 0; li < n_layer; ++li) {
        const std::string layer = "layer" + std::to_string(li);
        // 1) Multi-head attention block
        Vector x_residual = x;
        x = rmsnorm(x);
        const Vector q = linear(x, state_dict[layer + ".attn_wq"]);
        keys[li][pos_id] = linear(x, state_dict[layer + ".attn_wk"]);
        values[li][pos_id] = linear(x, state_dict[layer + ".attn_wv"]);
        const int n = pos_id + 1;  // positions to attend to: all up to and including this one
        std::array<Vector, n_head> attn_weights;
        for (int h = 0; h < n_head; ++h) {
            const int hs = h * head_dim;
            const Vector q_h = q.slice(hs, head_dim);
            const Vector scores = list(n, [&](int t) { return dot(q_h, keys[li][t].slice(hs, head_dim)); });
            const Vector attn_logits = list(n, [&](int t) { return scores[t] / std::sqrt(head_dim); });
            attn_weights[h] = softmax(attn_logits);
        }
        std::array<Vector, n_embd> columns;  // element i of the values, over all positions, copied into a run
        for (int i = 0; i < n_embd; ++i) columns[i] = list(n, [&](int t) { return values[li][t][i] + 0; });
        x = list(n_embd, [&](int i) { return dot(attn_weights[i / head_dim], columns[i]); });
        x = linear(x, state_dict[layer + ".attn_wo"]);
        x = list(n_embd, [&](int i) { return x[i] + x_residual[i]; });
        // 2) MLP block
        x_residual = x;
        x = rmsnorm(x);
        x = linear(x, state_dict[layer + ".mlp_fc1"]);
        x = list(x.length, [&](int i) { return x[i].relu(); });
        x = linear(x, state_dict[layer + ".mlp_fc2"]);
        x = list(n_embd, [&](int i) { return x[i] + x_residual[i]; });
    }

    return linear(x, state_dict["lm_head"]);
}

// The mean over the positions of -log(probability of the token that really comes next).
Value average_loss(const std::vector<int>& tokens) {
    const int n = std::min(block_size, static_cast<int>(tokens.size()) - 1);
    Cache keys, values;
    Value losses(0);
    for (int pos_id = 0; pos_id < n; ++pos_id) {
        const int token_id = tokens[pos_id], target_id = tokens[pos_id + 1];
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(logits);
        const Value loss_t = -probs[target_id].log();
        losses = losses + loss_t;
    }
    return (1.0 / n) * losses;  // may yours be low
}

// ---- Optimizer and training ------------------------------------------------------------------------------

constexpr double learning_rate = 0.01;
constexpr double beta1 = 0.85;
constexpr double beta2 = 0.99;
constexpr double eps_adam = 1e-8;
constexpr int num_steps = 1000;  // number of training steps

// Adam, the blessed optimizer: a step down the gradient, smoothed over time (m), and divided by its usual size
// (v), so that every parameter moves at a like pace.
struct Adam {
    std::vector<double> m = std::vector<double>(params.length);  // first moment buffer
    std::vector<double> v = std::vector<double>(params.length);  // second moment buffer

    // Moves every parameter by its grad, and sets the grad to 0.
    void update(int step) {
        const double lr_t = learning_rate * (1 - step / static_cast<double>(num_steps));  // linear decay
        const double m_correction = 1 / (1 - std::pow(beta1, step + 1));  // m and v began at 0: make up for it
        const double v_correction = 1 / (1 - std::pow(beta2, step + 1));
        for (int i = 0; i < params.length; ++i) {
            const double grad = params[i].grad();
            m[i] = beta1 * m[i] + (1 - beta1) * grad;
            v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;
            const double m_hat = m[i] * m_correction;
            const double v_hat = v[i] * v_correction;
            params[i].data() -= lr_t * m_hat / (std::sqrt(v_hat) + eps_adam);
            params[i].grad() = 0;
        }
    }
};

// Sends off what was printed, so that progress shows as it happens.
void flush_output() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw std::runtime_error("cannot write the output; is the disk full?");
}

void train(const std::vector<std::u32string>& docs, const Tokenizer& tokenizer) {
    Adam adam;
    for (int step = 0; step < num_steps; ++step) {
        const std::vector<int> tokens = tokenizer.encode(docs[step % docs.size()]);
        const Value loss = average_loss(tokens);
        if (!std::isfinite(loss.data()))  // where Python would stop with "math domain error"
            throw std::runtime_error("the loss is not a finite number any more; try a lower learning_rate");
        loss.backward();
        adam.update(step);
        std::printf("step %4d / %4d | loss %.4f\r", step + 1, num_steps, loss.data());
        flush_output();
        tape.cut(params.length);
    }
}

// ---- Inference: may the model babble back to us ----------------------------------------------------------

constexpr double temperature = 0.5;  // in (0, 1], control the "creativity" of generated text, low to high

std::string sample(const Tokenizer& tokenizer) {
    Cache keys, values;
    int token_id = tokenizer.BOS;
    std::string text;
    for (int pos_id = 0; pos_id < block_size; ++pos_id) {
        const Vector logits = gpt(token_id, pos_id, keys, values);
        const Vector probs = softmax(list(logits.length, [&](int i) { return logits[i] / temperature; }));
        const double* const weights = &tape.data[probs.start];
        token_id = rng.choices({weights, weights + probs.length});
        if (token_id == tokenizer.BOS) break;
        text += tokenizer.decode(token_id);
    }
    tape.cut(params.length);
    return text;
}

// ---- The program: all of the above, in microgpt.py's order -----------------------------------------------

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
    for (int i = 0; i < 20; ++i) std::printf("sample %2d: %s\n", i + 1, sample(tokenizer).c_str());
}

int main(int argc, char** argv) {
    try {
        std::string path = argc > 1 ? argv[1] : std::filesystem::exists("input.txt") ? "input.txt" : "data/names.txt";
        const bool help = path == "-h" || path == "--help";
        if (argc > 2 || (path.starts_with('-') && !help)) {
            std::fprintf(stderr, "microgpt: it takes one dataset, and no options; see microgpt --help\n");
            return 2;
        }
        if (argc == 1 && !std::filesystem::exists(path))
            throw std::runtime_error("no dataset; get one with: curl -o input.txt "
                                     "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt");
        if (help)
            std::printf("usage: microgpt [DATASET]\n\nTrains a GPT on DATASET, a UTF-8 text file with one document a "
                        "line,\nand prints 20 new ones. The default is input.txt or, without it, data/names.txt.\n");
        else
            run(path);
        flush_output();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "microgpt: %s\n", error.what());
        return 1;
    }
    return 0;
}
