"""Writes what packages/interop reads in its tests of Keras: variables by path as .safetensors files, and in one JSON file
what the layers compute with them, gradients included.

    python3 -m venv keras && keras/bin/pip install keras==3.15.1 jax scipy safetensors
    keras/bin/python scripts/goldens/keras_weights.py

Keras is in no package of Debian's, so this one needs an environment of its own; it computes with JAX in float64. The
.safetensors files are written by Hugging Face's own package.
"""

import json
import os
import sys
import zlib

sys.dont_write_bytecode = True
os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import keras
import numpy as np
from keras import layers
from safetensors.numpy import save_file

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "packages/interop/src/goldens")
T, B, I, H = 4, 2, 3, 4

# Keras's own tanh and sigmoid round float64 to float32 with this backend, so JAX's are given: the same functions.
@keras.saving.register_keras_serializable()
def tanh(x):
    return jax.numpy.tanh(x)


@keras.saving.register_keras_serializable()
def sigmoid(x):
    return jax.nn.sigmoid(x)


@keras.saving.register_keras_serializable()
def relu(x):
    return jax.nn.relu(x)


every = {"return_sequences": True, "activation": tanh}
gated = {**every, "recurrent_activation": sigmoid}
CASES = {
    "simple-rnn": lambda: [layers.SimpleRNN(H, **every)],
    "simple-rnn-relu": lambda: [layers.SimpleRNN(H, activation=relu, return_sequences=True)],
    "lstm": lambda: [layers.LSTM(H, **gated)],
    "lstm-bidirectional": lambda: [layers.Bidirectional(layers.LSTM(H, **gated))],
    "gru-reset-after": lambda: [layers.GRU(H, **gated)],
    "gru-reset-before": lambda: [layers.GRU(H, reset_after=False, **gated)],
    "gru-without-bias": lambda: [layers.GRU(H, use_bias=False, **gated)],
    "gru-2-layers": lambda: [layers.GRU(H, **gated), layers.GRU(H, **gated)],
    "characters": lambda: [layers.Embedding(7, I), layers.LSTM(H, **gated), layers.Dense(7)],
}


def array(x):
    x = np.asarray(x)
    dtype = {} if x.dtype == np.float64 else {"dtype": "int32"}
    return {"shape": list(x.shape), **dtype, "data": x.flatten().tolist()}


def case(name):
    keras.backend.clear_session()  # names begin again: lstm, not lstm_3
    random = np.random.default_rng(zlib.crc32(name.encode()))
    ids = name == "characters"
    model = keras.Sequential([keras.Input((T,) if ids else (T, I)), *CASES[name]()])
    for variable in model.weights:
        variable.assign(random.normal(size=variable.shape).round(4) * 0.5)
    xs = random.integers(0, 7, size=[B, T]) if ids else random.normal(size=[B, T, I]).round(4)
    trained = [v.value for v in model.trainable_variables]
    rest = [v.value for v in model.non_trainable_variables]
    run = lambda values: model.stateless_call(values, rest, xs)[0]
    outputs = run(trained)
    cotangent = random.normal(size=outputs.shape).round(4)
    loss, gradients = jax.value_and_grad(lambda values: (run(values) * cotangent).sum())(trained)
    paths = [v.path for v in model.trainable_variables]
    save_file({p: np.asarray(v) for p, v in zip(paths, trained)}, os.path.join(FOLDER, f"keras-{name}.safetensors"))
    return {
        "name": name,
        "loss": float(loss),
        "xs": array(xs),
        "outputs": array(outputs),
        "cotangent": array(cotangent),
        "gradients": {p: array(g) for p, g in zip(paths, gradients)},
    }


cases = [case(name) for name in CASES]
about = {"generator": "scripts/goldens/keras_weights.py", "keras": keras.__version__, "jax": jax.__version__, "dtype": "float64"}
lines = ",\n".join(json.dumps(one, separators=(",", ":"), allow_nan=False) for one in cases)
text = "{" + f'"about":{json.dumps(about)},\n"cases":[\n{lines}\n]' + "}\n"
with open(os.path.join(FOLDER, "keras.json"), "w", encoding="ascii") as file:
    file.write(text)
print(f"{len(cases)} models, {len(text)} bytes of JSON")
