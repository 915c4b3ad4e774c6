// Everything of the forecast area.
#pragma once

#include "essor/forecast/baselines.hpp"
#include "essor/forecast/curve_fit.hpp"
#include "essor/forecast/curve_noise.hpp"
#include "essor/forecast/curve_posterior.hpp"
#include "essor/forecast/curves.hpp"
#include "essor/forecast/forecast.hpp"
#include "essor/forecast/funding_history.hpp"
#include "essor/forecast/funding_response.hpp"
#include "essor/forecast/least_squares.hpp"
#include "essor/forecast/naive.hpp"
#include "essor/forecast/priors.hpp"
#include "essor/forecast/saturation.hpp"
#include "essor/forecast/scores.hpp"
