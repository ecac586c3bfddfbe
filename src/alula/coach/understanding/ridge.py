"""Dual ridge regression with leave-one-out answers, in arithmetic that is the same on every machine.

BLAS and LAPACK may sum in another order on another processor or with another number of threads, and a score
that differs in the last bit may differ in its verdict. So the few hundred rows are worked by elementwise
numpy operations alone (IEEE 754 rounds each of them in one way) and by sums in a written order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SparseRow = Sequence[tuple[int, float]]  # (column, value), columns ascending


def gram_matrix(rows: Sequence[SparseRow], columns: int) -> Floats:
    """All inner products of the sparse `rows`, shape (rows, rows), summed in ascending order of columns."""
    holders: list[list[tuple[int, float]]] = [[] for _ in range(columns)]
    product = np.zeros((len(rows), len(rows)))
    for index, row in enumerate(rows):
        product[index, index] = sum(value * value for _, value in row)
        for column, value in row:
            holders[column].append((index, value))
    for holder in holders:
        if len(holder) > 1:
            index_array = np.array([index for index, _ in holder])
            values = np.array([value for _, value in holder])
            outer = values[:, None] * values[None, :]
            np.fill_diagonal(outer, 0.0)
            product[index_array[:, None], index_array[None, :]] += outer
    return product


def inverse_factor(matrix: Floats) -> Floats:
    """The inverse of the Cholesky factor of a symmetric positive definite matrix, so that its inverse is F^T F.

    Column by column (left-looking), so that memory is read once per column rather than written: about n^3 / 3
    multiplications each for the factor and its inverse.

    Raises:
        ArithmeticError: a pivot is not positive, so the matrix is not positive definite.
    """
    size = len(matrix)
    factor, inverted, work = np.zeros((size, size)), np.zeros((size, size)), np.empty((size, size))
    for at in range(size):
        block = work[: size - at, :at]
        np.multiply(factor[at:, :at], factor[at, :at], out=block)
        column = matrix[at:, at] - block.sum(axis=1)
        if not column[0] > 0.0:
            raise ArithmeticError("not positive definite")
        factor[at:, at] = column / math.sqrt(column[0])
    for at in range(size):
        block = work[:at, :at]
        np.multiply(inverted[:at, :at], factor[at, :at, None], out=block)
        inverted[at, :at] = -block.sum(axis=0) / factor[at, at]
        inverted[at, at] = 1.0 / factor[at, at]
    return inverted


def multiply(left: Floats, right: Floats) -> Floats:
    """The matrix product, summed over the inner index in ascending order."""
    product = np.zeros((left.shape[0], right.shape[1]))
    for inner in range(left.shape[1]):
        product += left[:, inner, None] * right[inner, None, :]
    return product


def solve(kernel: Floats, targets: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Dual ridge regression of `targets` (rows, outputs) on the Gram matrix `kernel` (rows, rows).

    Returns:
        dual: (rows, outputs); a prediction is the inner products with the rows times `dual`.
        left_out: (rows, outputs), what each row is predicted to be by the model trained without it; in closed
        form
            y - dual / diag(inverse) (Rasmussen and Williams 2006, eq. 5.12).
    """
    factor = inverse_factor(kernel + penalty * np.eye(len(kernel)))
    dual = multiply(factor.T, multiply(factor, targets))
    return dual, targets - dual / (factor * factor).sum(axis=0)[:, None]


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit) without overflow."""
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1.0 + grown)


def fit_logistic(
    features: Sequence[Sequence[float]], right: Sequence[bool], weights: Sequence[float]
) -> list[float]:
    """Logistic regression by Newton's method: coefficients for the features, and the intercept last.

    A penalty of 0.01 on the coefficients keeps them finite when the classes can be told apart without error.
    """
    size = len(features[0]) + 1
    beta = [0.0] * size
    for _ in range(30):
        gradient = [-0.01 * value for value in beta]
        hessian = np.eye(size) * 0.01
        for feature, label, weight in zip(features, right, weights, strict=True):
            row = [*feature, 1.0]
            chance = sigmoid(sum(b * x for b, x in zip(beta, row, strict=True)))
            for i in range(size):
                gradient[i] += weight * (label - chance) * row[i]
                for j in range(size):
                    hessian[i, j] += weight * chance * (1.0 - chance) * row[i] * row[j]
        factor = inverse_factor(hessian)
        step = multiply(factor.T, multiply(factor, np.array(gradient)[:, None]))[:, 0]
        beta = [b + float(s) for b, s in zip(beta, step, strict=True)]
        if max(abs(float(s)) for s in step) < 1e-9:
            break
    return beta
