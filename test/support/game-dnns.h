/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef GAME_DNNS_H
#define GAME_DNNS_H

#include <string>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 *
 * The bundled DNNs of the games that tests and benchmarks play: a chain, branches of several kinds,
 * few and many layers. A DNN that is bundled later changes neither games nor their figures.
 */
inline const std::vector<std::string> GAME_DNNS{"alexnet",
                                                "densenet121",
                                                "inception-v1",
                                                "resnet50",
                                                "squeezenet",
                                                "vgg19"};

#endif // GAME_DNNS_H
