"""Edits that a learner makes, for compare.py: the same change of microgpt.py and of microgpt.cpp.

microgpt.cpp must then print what microgpt.py prints, or refuse: it prints nothing wrong and ends with one line and
status 1. The last item is the CRC-32 of what microgpt.py prints, or a part of the line that refuses. Each changed piece
of code stands in its program once. With None, the change is written alike in both.
"""

import collections

Edit = collections.namedtuple("Edit", "title python cpp result", defaults=["", {}, None, None])
HEAD, LOGITS = "'lm_head': matrix(vocab_size, n_embd)", "logits = linear(x, state_dict['lm_head'])"  # in microgpt.py
CPP_HEAD, CPP_LOGITS = "state_dict.lm_head = matrix(vocab_size, n_embd);", "linear(x, state_dict.lm_head)"

EDITS = [
    # The data set
    Edit("a seed known at run time", {"random.shuffle": "random.seed(len(docs))\nrandom.shuffle"},
         {"rng.shuffle": "rng = Random(docs.size()); rng.shuffle"}, 0xf894578f),
    Edit("ten documents, sorted", {"random.shuffle(docs)": "random.shuffle(docs)\ndocs = sorted(docs[:10])"},
         {"rng.shuffle(docs)": "rng.shuffle(docs); docs.resize(10); std::sort(docs.begin(), docs.end())"}, 0x8cd2eea0),
    Edit("steps past the last document", {"step % len(docs)": "step", "num_steps = 40": "num_steps = 60"},
         {"size_t(step) % docs.size()": "size_t(step)", "num_steps = 40": "num_steps = 60"}, 0xc9fe72a9),
    # The parameters
    Edit("a fifth matrix", {HEAD: HEAD + ", 'fifth': matrix(n_embd, n_embd)",
                            LOGITS: "x = linear(x, state_dict['fifth'])\n" + LOGITS},
         {"wpe, lm_head;": "wpe, lm_head, fifth;", CPP_HEAD: CPP_HEAD + "state_dict.fifth = matrix(n_embd, n_embd);",
          CPP_LOGITS: "linear(linear(x, state_dict.fifth), state_dict.lm_head)"}, 0xfbc57901),
    Edit("a number made before the parameters", {"n_layer = 1": "n_layer = 1\nhalf = Value(0.5)",
                                                 LOGITS: LOGITS + "\nlogits = [l * half for l in logits]"},
         {"struct Matrix": "const Value half(0.5); struct Matrix", CPP_LOGITS: CPP_LOGITS + " * half"}, 0x62b6c278),
    Edit("a number made before the loop", {"for step": "half = Value(0.5)\nfor step", "1 / n * sum": "half / n * sum"},
         {"for (int step": "const Value half(0.5); for (int step", "loss = a": "loss = half * a"}, 0x6016edfd),
    Edit("wte also as lm_head", {", " + HEAD: "", "state_dict['lm_head']": "state_dict['wte']"},
         {"wpe, lm_head;": "wpe;", CPP_HEAD: "", CPP_LOGITS: "linear(x, state_dict.wte)"}, 0x1451e9e5),
    Edit("a bias", {HEAD: HEAD + ", 'bias': matrix(1, vocab_size)",
                    LOGITS: LOGITS + "\nlogits = [l + b for l, b in zip(logits, state_dict['bias'][0])]"},
         {"wpe, lm_head;": "wpe, lm_head, bias;", CPP_HEAD: CPP_HEAD + "state_dict.bias = matrix(1, vocab_size);",
          CPP_LOGITS: CPP_LOGITS + " + state_dict.bias[0]"}, 0x294c8e47),
    # The model
    Edit("no residual", {"attn_wo']) x = [a + b for a, b in zip(x, x_residual)]": "attn_wo'])"},
         {"layer.attn_wo); x = x + x_residual;": "layer.attn_wo);"}, 0xaccad2f2),
    Edit("the mean subtracted", {"ms = sum(": "x = [xi - sum(x) / len(x) for xi in x]\nms = sum("},
         {"const Value ms =": "x = x - sum(x) / double(x.length); const Value ms ="}, 0x714e4cdc),
    Edit("squared relu", {"xi.relu()": "xi.relu() ** 2"},
         {"xi.relu(); });": "xi.relu(); }); x = each(x, [](Value xi) { return xi * xi; });"}, 0x169a694e),
    Edit("tanh", {"xi.relu()": "((2 * xi).exp() - 1) / ((2 * xi).exp() + 1)"}, None, "microgpt: list_of"),
    Edit("exp of a large number", {"(val - max_val).exp()": "(max_val - val + 1000).exp()"},
         {"val.exp()": "(-val + 1000).exp()"}, 0x55db4005),
    # Training
    Edit("a minus forgotten", {"-probs[target_id].log()": "probs[target_id].log()"}, None, 0x13b09c44),
    Edit("log of a negative number", {"probs[target_id].log()": "(probs[target_id] - 0.5).log()"}, None, 0x55db4005),
    Edit("the token after next", {"tokens[pos_id + 1]": "tokens[pos_id + 2]"},
         {".at(pos_id + 1)": ".at(pos_id + 2)"}, "microgpt: "),
    Edit("the gradients of two documents", {"lr_t =": "if step % 2 == 0:\n    continue\nlr_t ="},
         {"update_params(step, lr_t);": "if (step % 2 == 0) { tape.cut(); continue; } update_params(step, lr_t);"}, 0xfbacb677),
    Edit("every tenth step shown, from step 1 on", {"range(num_steps)": "range(1, num_steps)",
                                                    "print(f'step": "if step % 10 == 0: print(f'step"},
         {"int step = 0;": "int step = 1;", 'std::printf("step': 'if (step % 10 == 0) std::printf("step'}, 0xda70a49f),
    Edit("all of it twice", {"(42)": "(42)\nexec(open('microgpt.py').read().split('[-1])\\n')[-1])"},
         {"run(argc > 1": "for (int i = 0; i < 2; ++i) run(argc > 1"}, 0xe5a1053d),
    Edit("a warm-up", {"learning_rate * (": "learning_rate * min(1, (step + 1) / 10) * ("},
         {"learning_rate * (": "learning_rate * std::min(1.0, (step + 1) / 10.0) * ("}, 0x6a002138),
    Edit("clipped gradients", {"m[i] = beta1": "p.grad = max(-0.1, min(0.1, p.grad))\nm[i] = beta1"},
         {"grad = tape.grad[params.start + i];": "grad = std::clamp(tape.grad[params.start + i], -0.1, 0.1);"}, 0xe606d8bb),
    Edit("weight decay, and momentum alone", {"m_hat / (v_hat ** 0.5 + eps_adam)": "(50 * m[i] + 0.1 * p.data)"},
         {"m_hat / (v_hat_root[i] + eps_adam)": "(50 * m[i] + 0.1 * tape.data[place])"}, 0x7fe8a3af),
    Edit("a total of the losses", {"for step": "total = Value(0)\nfor step", "print(f'step": "total = total + loss\n"
                                   "print(f'{total.data:.4f}', end=' ')\nprint(f'step"},
         {"for (int step": "Value all(0); for (int step", "loss.backward();": "all = all + loss; loss.backward();",
          'printf("step': 'printf("%.4f ", all.data()); std::printf("step'}, "tape.cut()"),
    Edit("names between loss and print", {"print(f'step": "temperature = 0.5\n"
         "exec(open('microgpt.py').read().split('temperature = 0.5\\n')[-1])\nprint(f'step"},
         {"void train": "void generate(); void train", "const double shown": "generate(); const double shown"},
         "tape.cut()"),
    Edit("keys of all names", {"for step": "kept = [[]], [[]]\nfor step", "losses =": "keys, values = kept\nlosses ="},
         {"Cache keys, values; Value": "static Cache keys, values; Value"}, "tape.cut()"),
    # New names
    Edit("positions up to 32", {"for pos_id in range(block_size)": "for pos_id in range(32)"},
         {"pos_id < block_size": "pos_id < 32"}, 0x85119496),
]
