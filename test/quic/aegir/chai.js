import chai from 'chai'
import asPromised from 'chai-as-promised'
import parentheses from 'chai-parentheses'
import subset from 'chai-subset'

// In this order: plugins wrap each other.
for (const plugin of [asPromised, parentheses, subset]) chai.use(plugin)
chai.Assertion.addMethod('equalBytes', function equalBytes(expected) {
  this.assert(
    Buffer.compare(this._obj, expected) === 0,
    'expected the same bytes',
    'expected other bytes',
    expected,
    this._obj
  )
})
export const { assert, expect } = chai
